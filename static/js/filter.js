// Hides what does not hold the typed words; groups without a hit go too.
for (const input of document.querySelectorAll("[data-filter]")) {
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of document.querySelectorAll("[data-filter-group]")) {
      const items = [...group.querySelectorAll("[data-filter-text]")];
      for (const item of items) {
        const text = item.dataset.filterText.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      }
      group.hidden = items.every((item) => item.hidden);
    }
  });
}
