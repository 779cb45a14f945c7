// The desk: a keyboard-wedge reader types a number at machine speed and ends with Enter, whatever has the focus.
// Refinement only: without this file the box and its button do the same.
"use strict";

(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const result = document.getElementById("desk-result");
  const waiting = document.getElementById("desk-waiting");
  const form = desk.querySelector("[data-card-form]");

  // People leave 80 ms and more between keys, a held key repeats every 30; readers 1 to 20. Enter may lag a little.
  const GAP = 45;
  const LAST_GAP = 120;
  const LEAST = 6;
  const MOST = 60;
  const LETTERS = /^[0-9A-Za-z,:-]$/;

  let burst = null; // {text, last, slow, element, value, start, end}

  function begin(event) {
    const element = document.activeElement;
    const editable = element && "value" in element && element.type !== "submit" ? element : null;
    burst = { text: "", last: event.timeStamp, element: editable, value: editable ? editable.value : "" };
    try {
      burst.start = editable.selectionStart;
      burst.end = editable.selectionEnd;
    } catch {
      burst.start = null; // boxes without a cursor
    }
  }

  // Under a Chinese input method the key is hidden; where it lies on the keyboard is not.
  function character(event) {
    if (LETTERS.test(event.key)) return event.key;
    if (event.key !== "Process") return "";
    const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
    return found ? found[1] : event.code === "Comma" ? "," : "";
  }

  function restore() {
    const { element, value, start, end } = burst;
    if (!element || element.value === value) return;
    element.value = value;
    if (start !== null && start !== undefined) element.setSelectionRange(start, end);
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
        burst = null;
        return;
      }
      if (event.key === "Shift" || event.key === "CapsLock") return;
      const gap = burst ? event.timeStamp - burst.last : Infinity;
      if (event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter") {
        const read = burst && burst.text.length >= LEAST && gap <= LAST_GAP;
        if (read) {
          event.preventDefault();
          event.stopImmediatePropagation();
          restore();
          send(burst.text, trying ? "trial" : "wedge");
        }
        burst = null;
        return;
      }
      const typed = character(event);
      if (!typed) {
        burst = null;
        return;
      }
      if (!burst || gap > GAP || burst.text.length >= MOST) begin(event);
      burst.text += typed;
      burst.last = event.timeStamp;
    },
    true,
  );

  // --- a tap goes to the server with a key of its own: sent twice, it counts once
  function freshKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  let latest = 0;
  async function send(raw, source) {
    const mine = ++latest;
    const data = new FormData(form);
    data.set("raw", raw);
    data.set("source", source);
    data.set("key", freshKey());
    stopClock();
    result.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(desk.dataset.url, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      if (mine !== latest) return; // another card lies on the reader already
      if (response.redirected || response.status === 403) {
        location.reload(); // the page is too old
        return;
      }
      const elsewhere = response.headers.get("HX-Redirect");
      if (elsewhere) {
        location.assign(elsewhere); // signed out meanwhile
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      show(await response.text());
    } catch {
      if (mine === latest) say("网络不通，没有识别。请重新刷卡。");
    } finally {
      if (mine === latest) result.removeAttribute("aria-busy");
    }
  }

  function show(html) {
    result.innerHTML = html;
    forget();
    startClock();
    result.scrollIntoView({ block: "nearest" });
  }

  function say(text) {
    const box = document.createElement("section");
    const head = document.createElement("h2");
    box.className = "desk-alert due";
    box.setAttribute("role", "alert");
    head.textContent = text;
    box.append(head);
    result.replaceChildren(box);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const box = form.elements.raw;
    const raw = box.value.trim();
    if (!raw) {
      box.focus();
      return;
    }
    box.value = "";
    send(raw, "typed");
  });

  // --- the page clears itself: nobody looks over a shoulder at the one before
  let clock = 0;
  function stopClock() {
    clearInterval(clock);
  }
  function startClock() {
    stopClock();
    const bar = result.querySelector("[data-clear-after]");
    if (!bar) return;
    const whole = Number(bar.dataset.clearAfter);
    let until = Date.now() + whole * 1000;
    const left = bar.querySelector("[data-left]");
    const more = bar.querySelector("[data-more]");
    bar.querySelector("[data-countdown]").hidden = false;
    more.hidden = false;
    more.addEventListener("click", () => {
      until = Date.now() + whole * 1000;
      tick();
    });
    bar.querySelector("[data-clear]").addEventListener("click", (event) => {
      event.preventDefault();
      clear();
    });
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) clear();
      else left.textContent = String(seconds);
    };
    clock = setInterval(tick, 500);
    tick();
  }
  function clear() {
    stopClock();
    result.replaceChildren(waiting.content.cloneNode(true));
    forget();
  }
  function forget() {
    if (location.search) history.replaceState(null, "", desk.dataset.url);
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) clear();
  });

  // --- a reader with an agent: the server answers as soon as it took a card
  const news = desk.querySelector("[data-news]");
  const REST = 300; // after an empty answer, in milliseconds; after a fault
  const FAULT = 2000;
  let mark = "";
  async function ask() {
    const data = new FormData(news);
    data.set("after", news.dataset.after);
    data.set("mark", mark);
    const response = await fetch(news.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
    if (response.redirected || response.status === 403) return location.reload();
    const elsewhere = response.headers.get("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere);
    if (response.status === 204) return REST;
    if (!response.ok) throw new Error(String(response.status));
    heard(await response.text());
    news.dataset.after = response.headers.get("X-Desk-After");
    mark = response.headers.get("X-Desk-Mark");
    return 0;
  }
  function heard(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    document.getElementById("desk-link").replaceChildren(holder.content.querySelector("[data-link-words]"));
    const fresh = holder.content.querySelector("template[data-new]");
    if (!fresh) return;
    latest += 1; // what a keyboard reader still waits for is older
    result.removeAttribute("aria-busy");
    show(fresh.innerHTML);
  }
  function unheard() {
    const words = document.createElement("span");
    words.className = "tag late";
    words.textContent = "连不上服务器，正在重试；刷的卡存在读卡器的电脑上，不会丢";
    document.getElementById("desk-link").replaceChildren(words);
    mark = "";
  }
  async function listen() {
    for (;;) {
      let rest = REST;
      if (document.hidden) {
        rest = 1000;
      } else {
        try {
          rest = await ask();
        } catch {
          unheard();
          rest = FAULT;
        }
      }
      await new Promise((go) => setTimeout(go, rest));
    }
  }
  if (news) {
    news.querySelector("button").hidden = true;
    listen();
  }

  // --- the virtual reader of a demonstration types as a real one does
  let trying = false;
  for (const trial of desk.querySelectorAll("form[data-burst]")) {
    trial.addEventListener("submit", (event) => {
      event.preventDefault();
      trying = true;
      for (const key of [...trial.dataset.burst, "Enter"]) {
        document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
      trying = false;
    });
  }

  startClock();
})();
