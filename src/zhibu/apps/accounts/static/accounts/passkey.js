// Passkeys need the browser's help: this asks for options, lets the device sign, and sends the answer as an ordinary form.
"use strict";

const SAID = {
  NotAllowedError: "没有完成，可能是取消了或等得太久。请再点一次。",
  InvalidStateError: "这台设备已经登记过通行密钥。",
  SecurityError: "现在的网址不能用通行密钥，请用单位公布的网址打开。",
  NotSupportedError: "这台设备不支持通行密钥，请改用动态码。",
};
const FAILED = "没有办成，请再试一次；仍然不行的，请改用动态码。";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const opened = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

async function options(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  // the proof of a moment ago has lapsed while the page lay open: load it again, it asks anew
  if (answer.status === 404 && form.dataset.passkey === "create") location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function create(form) {
  const wanted = await options(form);
  const made = await navigator.credentials.create({
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      user: { ...wanted.user, id: toBytes(wanted.user.id) },
      excludeCredentials: opened(wanted.excludeCredentials),
    },
  });
  return {
    attestationObject: toText(made.response.attestationObject),
    clientDataJSON: toText(made.response.clientDataJSON),
    of: made,
  };
}

async function get(form) {
  const wanted = await options(form);
  const made = await navigator.credentials.get({
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      allowCredentials: opened(wanted.allowCredentials),
    },
  });
  const answer = {
    authenticatorData: toText(made.response.authenticatorData),
    clientDataJSON: toText(made.response.clientDataJSON),
    signature: toText(made.response.signature),
    of: made,
  };
  if (made.response.userHandle) answer.userHandle = toText(made.response.userHandle);
  return answer;
}

async function answer(form) {
  const says = form.querySelector("[data-says]");
  const button = form.querySelector("button");
  says.textContent = "请按设备的提示操作…";
  button.disabled = true;
  try {
    const { of, ...response } = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.credential.value = JSON.stringify({
      id: of.id,
      rawId: toText(of.rawId),
      type: of.type,
      response,
      clientExtensionResults: {},
    });
    form.submit();
  } catch (error) {
    says.textContent = SAID[error.name] || FAILED;
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential && navigator.credentials) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  } else {
    form.querySelector("[data-says]").textContent = SAID.NotSupportedError;
  }
}
