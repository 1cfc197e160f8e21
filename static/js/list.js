// A list's form: addresses stay short, since what is at its default is left out of them.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("[data-list-form]");
  if (!form) return;
  const data = event.detail.formData;
  if (!data.get("q")) data.delete("q");
  const sort = form.querySelector("[name=sort]");
  if (sort.value === sort.dataset.defaultValue) data.delete("sort");
  const columns = [...form.querySelectorAll("[name=col]")];
  if (columns.every((column) => column.checked === ("default" in column.dataset))) data.delete("col");
});
