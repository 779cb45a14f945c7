// What could not be sent stays on this device, for the account that typed it, until it is sent or thrown away.
// Where the browser keeps nothing (a private window), forms work as without this file.
"use strict";

window.zhibuUnsent = (() => {
  const NAME = "zhibu-unsent";
  const STORE = "forms";

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function run(mode, work) {
    const base = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = base.transaction(STORE, mode);
        const asked = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      base.close();
    }
  }

  const keep = (record) => run("readwrite", (store) => store.put(record)).catch(() => undefined);
  const forget = (key) => run("readwrite", (store) => store.delete(key)).catch(() => undefined);

  async function of(who) {
    try {
      const all = await run("readonly", (store) => store.getAll());
      return all.filter((record) => record.who === who).sort((a, b) => a.at - b.at);
    } catch {
      return [];
    }
  }

  return { keep, forget, of };
})();

// The list of what waits on this device, on the board.
(() => {
  const place = document.querySelector("[data-care-unsent]");
  if (!place) return;
  const list = place.querySelector(".body").appendChild(document.createElement("ul"));

  async function show() {
    const records = await window.zhibuUnsent.of(place.dataset.who);
    place.hidden = records.length === 0;
    list.replaceChildren(...records.map(line));
  }

  function line(record) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const typed = new Date(record.at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
    const photos = record.photos.length ? `，照片 ${record.photos.length} 张` : "";
    words.textContent = `${record.title}（${typed} 写的${photos}）`;
    const go = document.createElement("a");
    go.className = "btn go";
    go.href = record.url;
    go.textContent = "打开并发送";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn quiet";
    drop.textContent = "删除";
    drop.addEventListener("click", async () => {
      await window.zhibuUnsent.forget(record.key);
      await show();
    });
    item.append(words, go, drop);
    return item;
  }

  show();
})();
