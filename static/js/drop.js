// Files dropped anywhere on the form are taken as if they had been chosen; how many there are is said.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const field = form.querySelector("input[type=file]");
  const count = form.querySelector("[data-drop-count]");
  const over = (on) => form.classList.toggle("drop-over", on);
  const tell = () => {
    count.textContent = [...field.files].map((file) => file.name).join(" · ");
  };
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    tell();
  });
  field.addEventListener("change", tell);
}
