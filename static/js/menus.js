// Menus are <details>: they open without a script. This closes them again, and remembers the folded groups.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

for (const group of document.querySelectorAll("details[data-keep]")) {
  if (localStorage.getItem(group.dataset.keep) === "closed") group.open = false;
  group.addEventListener("toggle", () => {
    if (group.open) localStorage.removeItem(group.dataset.keep);
    else localStorage.setItem(group.dataset.keep, "closed");
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("dismiss" in button.dataset) button.closest(".alert").remove();
  if ("back" in button.dataset) history.back();
  if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
  if (button.dataset.copy) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.querySelector("span").textContent = button.dataset.copied;
  }
});

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;
