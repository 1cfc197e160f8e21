// Files are attached as soon as they are chosen or dropped; a part that adds something takes the focus when it opens.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const card = form.closest("section");
  form.querySelector("button").hidden = true;
  form.querySelector("[data-drop-hint]").hidden = false;
  input.addEventListener("change", () => form.requestSubmit());

  let depth = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  card.addEventListener("dragenter", (event) => {
    if (!carries(event)) return;
    depth += 1;
    card.classList.add("drop-over");
  });
  card.addEventListener("dragleave", (event) => {
    if (!carries(event)) return;
    depth -= 1;
    if (depth <= 0) card.classList.remove("drop-over");
  });
  card.addEventListener("dragover", (event) => {
    if (carries(event)) event.preventDefault();
  });
  card.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    card.classList.remove("drop-over");
    input.files = event.dataTransfer.files;
    if (input.files.length) form.requestSubmit();
  });
}

for (const part of document.querySelectorAll("details.add")) {
  part.addEventListener("toggle", () => {
    if (part.open) part.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
}
