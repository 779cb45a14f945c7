// Refinements only: every page works without this file. No eval, no inline handlers, no other host.
"use strict";

document.documentElement.classList.add("js");

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

// --- menus made of <details>: close on Escape, on a click elsewhere, and one at a time
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));

// --- search box: results while typing, as a listbox
function setUpSearch(form) {
  const input = form.querySelector("input[type=search]");
  const results = form.querySelector(".search-results");
  const options = () => [...results.querySelectorAll("[role=option]")];
  const active = () => results.querySelector("[aria-selected=true]");

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");

  function mark(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }
  function close() {
    results.replaceChildren();
    sync();
  }
  function sync() {
    const list = results.querySelector("[role=listbox]");
    input.setAttribute("aria-expanded", String(list !== null));
    if (list) input.setAttribute("aria-controls", list.id);
    else input.removeAttribute("aria-controls");
    mark(null);
  }
  function move(step) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(active());
    mark(all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length]);
  }

  results.addEventListener("htmx:afterSwap", sync);
  form.addEventListener("htmx:afterSettle", sync);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the pinyin input method uses the same keys
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active()) {
      const link = active().matches("a") ? active() : active().querySelector("a");
      if (link) link.click();
    } else if (event.key === "Escape" && results.childElementCount) close();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target) && results.childElementCount) close();
  });
}

// --- a long menu: its entries found by a few characters, its sections opened where one fits
function setUpMenuFilter(form) {
  const menu = form.parentElement;
  const box = form.querySelector("input");
  const groups = [...menu.querySelectorAll(".nav-group")];
  const entries = [...menu.querySelectorAll(".nav-list li")];
  const opened = new Map();

  function filter() {
    const wanted = box.value.replace(/\s+/g, "").toLowerCase();
    if (wanted && !opened.size) for (const group of groups) opened.set(group, group.open);
    for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
    for (const group of groups) {
      const fits = group.querySelector("li:not([hidden])") !== null;
      group.hidden = !fits;
      group.open = wanted ? fits : (opened.get(group) ?? group.open);
    }
    if (!wanted) opened.clear();
    const left = entries.filter((entry) => !entry.hidden);
    form.querySelector("[role=status]").textContent = wanted ? `${left.length} 项` : "";
    return left;
  }
  form.hidden = false;
  box.addEventListener("input", filter);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = filter();
    if (first && box.value.trim()) first.querySelector("a").click();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-menu][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
    const box = document.getElementById("search-box");
    if (box && box.offsetParent !== null) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
});

// --- forms: filters send themselves, a posted form is sent once
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
  // A download or a refused network leaves the page where it is: let the person try again.
  setTimeout(() => release(form), 8000);
});

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

// --- htmx: say so when the server does not answer
function say(text) {
  const place = document.getElementById("messages");
  if (!place) return;
  const note = document.createElement("p");
  note.className = "notice late";
  note.append(document.createElement("span"), text);
  place.replaceChildren(note);
}
document.addEventListener("htmx:responseError", () => say("没有办成，页面可能已过期。请刷新后再试一次。"));
document.addEventListener("htmx:sendError", () => say("网络不通。请检查网络，再试一次。"));

// --- when the page is there
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-search]").forEach(setUpSearch);
  document.querySelectorAll(".nav-filter").forEach(setUpMenuFilter);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const note of document.querySelectorAll(".print-bar [data-nojs]")) note.hidden = true;
});
