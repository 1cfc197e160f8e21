// A line of tags: the browser's own suggestions know one value only, so they are offered for the last tag of the line.
for (const input of document.querySelectorAll("[data-tags]")) {
  const options = [...input.list.options].map((option) => option.value);

  const offer = () => {
    const cut = input.value.lastIndexOf(",") + 1;
    const before = cut ? `${input.value.slice(0, cut)} ` : "";
    const used = input.value.slice(0, cut).split(",").map((tag) => tag.trim().toLowerCase());
    const fresh = options.filter((tag) => !used.includes(tag.toLowerCase()));
    input.list.replaceChildren(...fresh.map((tag) => new Option("", before + tag)));
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", offer);
}
