// A list's form: addresses stay short, since what is empty or at its default is left out of them.
const form = document.querySelector("[data-list-form]");
const columns = form?.querySelector("[data-columns]");

function shown() {
  return [...columns.querySelectorAll("[name=col]:checked")].map((box) => box.value);
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.closest("[data-list-form]") !== form || "look" in event.target.dataset) return;
  const data = event.detail.formData;
  for (const name of new Set(data.keys())) if (data.getAll(name).every((value) => value === "")) data.delete(name);
  const sort = form.querySelector("[name=sort]");
  if (sort.value === sort.dataset.defaultValue) data.delete("sort");
  if (["reference", ...shown()].join(" ") === columns.dataset.columns) data.delete("col");
});

// What is typed to look for a choice is no filter yet.
form?.addEventListener("change", (event) => { if ("look" in event.target.dataset) event.stopPropagation(); });

// Columns move by buttons: the order of the boxes is the order of the columns.
for (const button of columns?.querySelectorAll("[data-move]") ?? []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const choice = button.closest(".column-choice");
    const up = button.dataset.move === "up";
    const other = up ? choice.previousElementSibling : choice.nextElementSibling;
    if (!other?.matches(".column-choice")) return;
    if (up) other.before(choice);
    else other.after(choice);
    button.focus();
    if (choice.querySelector(":checked")) choice.querySelector("[name=col]").dispatchEvent(new Event("change", { bubbles: true }));
  });
}
