// Person fields: suggestions while typing, as a datalist. Without this file one types name, staff number or ID tail.
"use strict";

for (const input of document.querySelectorAll("input[data-picker-url]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-suggestions`;
  input.after(list);
  input.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const query = input.value.trim();
    if (!query || query.includes("#") || query === asked) return;
    timer = setTimeout(async () => {
      asked = query;
      const response = await fetch(`${input.dataset.pickerUrl}?q=${encodeURIComponent(query)}`);
      if (!response.ok || input.value.trim() !== query) return;
      const { items } = await response.json();
      list.replaceChildren(
        ...items.map((item) => {
          const option = document.createElement("option");
          option.value = item.mark;
          option.label = item.detail;
          return option;
        }),
      );
    }, 180);
  });
}
