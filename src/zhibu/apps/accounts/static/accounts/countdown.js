// Counts the seconds down until a code may be sent again; without this the server says how long one has to wait.
"use strict";

for (const place of document.querySelectorAll("[data-countdown]")) {
  const end = Date.now() + Number(place.dataset.countdown) * 1000;
  const button = place.closest("form").querySelector("button");
  button.disabled = true;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    place.textContent = left > 0 ? `${left} 秒后可以重新发送。` : "";
    if (left > 0) return;
    button.disabled = false;
    clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
}
