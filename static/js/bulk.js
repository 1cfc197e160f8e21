// Ticked rows: how many there are, all of a page at once, a stretch of them with Shift.
let last = null;

const bar = () => document.querySelector("[data-bulk-bar]");
const boxes = () => [...document.querySelectorAll("[data-pick]")];

function tell() {
  const here = bar();
  if (!here) return;
  const all = here.querySelector("[data-bulk-all]");
  const ticked = boxes().filter((box) => box.checked);
  const every = Boolean(all?.checked);
  here.hidden = !ticked.length && !every;
  here.querySelector("[data-bulk-none]").hidden = true;
  here.querySelector("[data-bulk-some]").hidden = every;
  here.querySelector("[data-bulk-count]").textContent = ticked.length;
  const page = document.querySelector("[data-pick-all]");
  if (!page) return; // risks are ticked one topic at a time
  page.hidden = false;
  const head = page.querySelector("input");
  head.checked = ticked.length > 0 && ticked.length === boxes().length;
  head.indeterminate = ticked.length > 0 && !head.checked;
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.closest("[data-pick-all]")) for (const each of boxes()) each.checked = box.checked;
  else if (!("pick" in box.dataset) && !("bulkAll" in box.dataset)) return;
  tell();
});

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !("pick" in box.dataset)) return;
  const all = boxes();
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  tell();
});

document.addEventListener("htmx:afterSettle", tell);
window.addEventListener("pageshow", tell);
tell();

// On the page that asks what changes: whoever sets a value means it.
for (const field of document.querySelectorAll("[data-bulk-field]")) {
  field.addEventListener("input", (event) => {
    if (event.target.name !== "set") field.querySelector("[name=set]").checked = true;
  });
}
