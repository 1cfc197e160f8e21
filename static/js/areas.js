// Ticks everything of an area at once; the boxes of an area say by themselves whether all of it is ticked.
const boxesOf = (area) => [...area.closest("section").querySelectorAll("[data-pick]")];

function tell() {
  for (const area of document.querySelectorAll("[data-pick-area]")) {
    const boxes = boxesOf(area);
    const ticked = boxes.filter((box) => box.checked).length;
    const head = area.querySelector("input");
    area.hidden = !boxes.length;
    head.checked = ticked > 0 && ticked === boxes.length;
    head.indeterminate = ticked > 0 && !head.checked;
  }
}

document.addEventListener("change", (event) => {
  const area = event.target.closest("[data-pick-area]");
  if (area) {
    const boxes = boxesOf(area);
    for (const box of boxes) box.checked = event.target.checked;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true })); // the bar counts them
  }
  tell();
});

window.addEventListener("pageshow", tell);
tell();
