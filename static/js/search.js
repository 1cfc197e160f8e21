// The box in the bar on top suggests while one types: a combobox whose arrows move through the list below it.
const box = document.getElementById("top-q");
const list = document.getElementById("top-suggestions");

function options() {
  return [...list.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function chosen() {
  return list.querySelector("[aria-selected=true]");
}

function show(open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function move(step) {
  const all = options();
  const at = all.indexOf(chosen());
  // one place more than there are options: the box itself, between the last and the first
  const next = (at + 1 + step + all.length + 1) % (all.length + 1) - 1;
  choose(all[next] ?? null);
}

box?.addEventListener("keydown", (event) => {
  const open = !list.hidden;
  if (event.key === "Escape" && open) {
    event.preventDefault();
    show(false);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options().length) {
    event.preventDefault();
    if (!open) show(true);
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && open && chosen()) {
    event.preventDefault();
    chosen().click();
  }
});

list?.addEventListener("htmx:afterSwap", () => show(document.activeElement === box && options().length > 0));
box?.addEventListener("input", () => { if (!box.value.trim()) show(false); });
box?.addEventListener("focus", () => { if (box.value.trim() && options().length) show(true); });
document.addEventListener("click", (event) => { if (box && !event.target.closest(".top-search")) show(false); });
document.addEventListener("focusin", (event) => {
  if (box && !event.target.closest(".top-search")) show(false);
});
