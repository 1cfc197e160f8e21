// Single keys: whatever on the page names one with data-key is focused (fields) or followed (links, buttons).
const SWITCH = "keys-off";
const dialog = document.getElementById("keys");
const list = dialog?.querySelector("[data-keys-list]");
const toggle = dialog?.querySelector("[data-keys-switch]");
let before = "";

if (toggle) {
  toggle.checked = localStorage.getItem(SWITCH) === null;
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
  });
}

function targets() {
  return [...document.querySelectorAll("[data-key]")];
}

function explain() {
  const rows = targets().map((element) => {
    const row = document.createElement("div");
    const key = document.createElement("dt");
    for (const part of element.dataset.key.split(" ")) {
      const shown = document.createElement("kbd");
      shown.textContent = part;
      key.append(shown, " ");
    }
    const name = document.createElement("dd");
    name.textContent = element.dataset.keyName;
    row.append(key, name);
    return row;
  });
  list.replaceChildren(...rows);
}

function use(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

dialog?.addEventListener("beforetoggle", explain);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing || !plain || event.key.length !== 1 || localStorage.getItem(SWITCH) !== null) {
    before = "";
    return;
  }
  const pair = `${before} ${event.key}`;
  const named = (key) => targets().find((element) => element.dataset.key === key);
  const found = named(pair) ?? named(event.key);
  before = event.key;
  if (found) {
    event.preventDefault();
    before = "";
    use(found);
  }
});
