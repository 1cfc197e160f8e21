// Formatted texts: a toolbar that writes the marks, and a preview made by the server, the only one that reads them.
// name of the label, and what is written in place of what is selected
const marks = [
  ["heading", (text) => lines(text, () => "## ")],
  ["bold", (text, words) => around(text || words, "**")],
  ["italic", (text, words) => around(text || words, "*")],
  ["list", (text) => lines(text, () => "- ")],
  ["numbers", (text) => lines(text, (at) => `${at + 1}. `)],
  ["quote", (text) => lines(text, () => "> ")],
  ["link", (text, words) => `[${text || words}](https://)`],
  ["table", () => "\n| A | B |\n| --- | --- |\n|  |  |\n"],
];

for (const area of document.querySelectorAll("textarea[data-formatted]")) dress(area);

function lines(text, mark) {
  return text.split("\n").map((line, at) => mark(at) + line).join("\n");
}

function around(text, mark) {
  return `${mark}${text}${mark}`;
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function dress(area) {
  const words = JSON.parse(area.dataset.words);
  const bar = document.createElement("div");
  bar.className = "format-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.toolbar);
  const writing = marks.map(([name, write]) => button(words[name], () => put(area, write, words.words)));
  const shown = document.createElement("div");
  shown.className = "format-preview";
  shown.hidden = true;
  shown.tabIndex = -1;
  const look = button(words.preview, async () => {
    const opening = shown.hidden;
    if (opening) await fill(shown, area, words);
    shown.hidden = !opening;
    area.hidden = opening;
    look.textContent = opening ? words.write : words.preview;
    for (const one of writing) one.disabled = opening;
    (opening ? shown : area).focus();
  });
  look.classList.add("format-look");
  bar.append(...writing, look);
  area.before(bar);
  area.after(shown);
}

function put(area, write, words) {
  const from = area.selectionStart;
  const made = write(area.value.slice(from, area.selectionEnd), words);
  area.focus();
  // the browser's own way keeps its undo; where that is gone, the text is set
  if (!document.execCommand("insertText", false, made)) area.setRangeText(made);
  area.setSelectionRange(from, from + made.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function fill(shown, area, words) {
  const token = area.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ text: area.value });
  try {
    const answer = await fetch(area.dataset.formatted, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (answer.ok) shown.innerHTML = await answer.text();
    else shown.textContent = answer.status === 422 ? await answer.text() : words.failed;
  } catch {
    shown.textContent = words.failed;
  }
}
