// A service written on a phone: each picture is made small and sent by itself, again and again until it arrived; the
// form follows when all are there. Keys make whatever is sent twice act once. What is typed is kept on the device until
// it was sent. Refinement only: without this file the form sends everything at once.
"use strict";

(() => {
  const EDGE = 1600;
  const QUALITY = 0.85;
  const FIRST_WAIT = 1500;
  const LONGEST_WAIT = 30000;
  const PATIENCE = 180000;
  const CLOSED = new Set(["csrfmiddlewaretoken", "key", "rev", "seen", "next", "photos", "uploaded"]);

  const box = document.querySelector("[data-care-photos]");
  if (!box || !window.indexedDB || !window.zhibuUnsent) return;
  let form = null;
  let record = null;
  let pumping = false;
  let wait = FIRST_WAIT;
  let timer = 0;

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  // --- the form, what it holds, and what is kept of it
  async function begin() {
    const place = document.querySelector("[data-care-photos]");
    form = place.closest("form");
    const field = form.elements.photos;
    field.closest(".field").append(place);
    record = { key: form.elements.key.value, who: place.dataset.who, title: place.dataset.title, url: location.pathname,
      at: Date.now(), fields: {}, photos: [], wanted: false };
    for (const item of place.querySelectorAll("li[data-uid]")) {
      record.photos.push({ key: "", name: item.firstElementChild.textContent, blob: null, uid: item.dataset.uid });
    }
    field.addEventListener("change", () => chosen(field, Number(place.dataset.most)));
    form.addEventListener("submit", submitted);
    form.addEventListener("input", typed);
    await restore(place.dataset.who);
    draw();
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  }

  function save() {
    clearTimeout(timer);
    record.fields = {};
    for (const [name, value] of new FormData(form)) {
      if (!CLOSED.has(name) && typeof value === "string") record.fields[name] = value;
    }
    record.at = Date.now();
    return window.zhibuUnsent.keep(record);
  }

  async function restore(who) {
    const mine = (await window.zhibuUnsent.of(who)).filter((one) => one.url === location.pathname);
    const kept = mine.at(-1);
    if (!kept || record.photos.length || kept.key === record.key) return;
    record = { ...kept };
    form.elements.key.value = kept.key;
    for (const [name, value] of Object.entries(kept.fields)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    say("这里是上次没有发出的内容，核对后再发送。", true);
    pump();
  }

  // --- pictures
  async function chosen(field, most) {
    const files = Array.from(field.files);
    field.value = "";
    for (const file of files) {
      if (record.photos.length >= most) {
        say(`一份记录最多 ${most} 张照片。`);
        break;
      }
      record.photos.push({ key: uuid(), name: file.name, blob: await small(file), uid: "" });
      draw();
    }
    await save();
    pump();
  }

  async function small(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < 400000) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      return made && made.size < file.size ? made : file;
    } catch {
      return file; // whatever it is, the server says what is wrong with it
    }
  }

  async function post(url, body) {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(url, { method: "POST", body, signal: stop.signal, credentials: "same-origin" });
    } finally {
      clearTimeout(late);
    }
  }

  async function sendPhoto(photo) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("key", photo.key);
    body.set("photo", photo.blob, photo.name);
    const answer = await post(document.querySelector("[data-care-photos]").dataset.url, body);
    if (answer.redirected || answer.status === 403) throw new SignedOut();
    if (answer.status >= 500) throw new Error("later");
    const told = await answer.json().catch(() => ({}));
    if (told.uid) photo.uid = told.uid;
    else photo.fault = told.error || "没有收下，请重新选择";
    photo.blob = null;
    await save();
  }

  class SignedOut extends Error {}

  async function pump() {
    if (pumping) return;
    pumping = true;
    try {
      let photo;
      while ((photo = record.photos.find((one) => one.blob))) {
        photo.state = "正在传";
        draw();
        await sendPhoto(photo);
        photo.state = "";
        wait = FIRST_WAIT;
        draw();
      }
      if (record.wanted) await send();
    } catch (error) {
      for (const one of record.photos) one.state = "";
      later(error);
    } finally {
      pumping = false;
      draw();
    }
  }

  function later(error) {
    if (error instanceof SignedOut) {
      record.wanted = false;
      say("登录已过期。内容还在这台设备上，请重新登录，再打开这一页发送。", true);
      return;
    }
    say(record.wanted ? "没有信号，内容存在这台设备上，有信号时自动发送。" : "信号不好，照片会接着传。", true, true);
    setTimeout(pump, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  // --- the form itself
  function submitted(event) {
    event.preventDefault();
    if (record.photos.some((one) => one.fault)) {
      say("有照片没有收下，请先删去。");
      return;
    }
    record.wanted = true;
    say("正在发送…");
    save().then(pump);
  }

  async function send() {
    form.elements.uploaded.value = record.photos.map((one) => one.uid).join(",");
    const body = new FormData(form);
    body.delete("photos");
    const answer = await post(location.href, body);
    if (answer.status === 403 || (answer.redirected && new URL(answer.url).pathname === "/login/")) throw new SignedOut();
    if (answer.status >= 500) throw new Error("later");
    record.wanted = false;
    if (answer.redirected) {
      await window.zhibuUnsent.forget(record.key);
      location.assign(answer.url);
      return;
    }
    await save();
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-once]");
    if (!told) {
      say("没有收下，请刷新页面后再试。", true);
      return;
    }
    // the browser would look at it later, when somebody is typing already
    const summary = told.querySelector(".summary");
    summary?.removeAttribute("autofocus");
    form.replaceWith(told);
    await begin();
    summary?.focus();
    told.scrollIntoView();
  }

  // --- what is seen of it
  function say(words, droppable = false, again = false) {
    const place = document.querySelector("[data-care-photos]");
    let line = place.querySelector("[data-said]");
    if (!line) {
      line = document.createElement("div");
      line.dataset.said = "yes";
      line.setAttribute("role", "status");
      line.className = "notice info";
      place.append(line);
    }
    const text = document.createElement("div");
    text.textContent = words;
    const acts = document.createElement("div");
    acts.className = "acts";
    if (again) acts.append(button("现在发送", pump));
    if (droppable) acts.append(button("删除这份没有发出的内容", drop));
    line.replaceChildren(text, acts);
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  async function drop() {
    clearTimeout(timer);
    await window.zhibuUnsent.forget(record.key);
    location.assign(location.pathname);
  }

  function draw() {
    const list = document.querySelector("[data-care-photos] ul");
    list.replaceChildren(...record.photos.map((photo, place) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = `${place + 1}. ${photo.name}`;
      const state = document.createElement("span");
      state.className = photo.fault ? "tag late" : photo.uid ? "tag ok" : "tag info";
      state.textContent = photo.fault || (photo.uid ? "已传" : photo.state || "等待传送");
      const away = button("删去", async () => {
        record.photos.splice(record.photos.indexOf(photo), 1);
        draw();
        await save();
      });
      away.classList.add("quiet");
      away.setAttribute("aria-label", `删去第 ${place + 1} 张照片`);
      item.append(name, state, away);
      return item;
    }));
  }

  window.addEventListener("online", pump);
  begin();
})();
