// A list that opens while one types: for a record's reference (data-typeahead), or at an @ in a text (data-mentions).
// Without a script both are plain fields. The list comes as HTML options from the address in the attribute.
let last = 0;

class Typeahead {
  constructor(field, url) {
    this.field = field;
    this.url = url;
    this.list = document.createElement("ul");
    this.list.className = "typeahead-list";
    this.list.id = `typeahead-${++last}`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    if (field.matches("input")) field.setAttribute("role", "combobox");
    this.#expanded(false);
    field.addEventListener("input", () => this.#ask());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(option);
    });
  }

  // What has been typed of the thing that is looked for; null where nothing is.
  typed() {
    return this.field.value.trim() || null;
  }

  put(value) {
    this.field.value = value;
  }

  close() {
    clearTimeout(this.waiting);
    this.asked = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
    this.#expanded(false);
  }

  #expanded(open) {
    if (this.field.matches("input")) this.field.setAttribute("aria-expanded", String(open));
  }

  #ask() {
    clearTimeout(this.waiting);
    const typed = this.typed();
    if (typed === null) this.close();
    else this.waiting = setTimeout(() => this.#fetch(typed), 180);
  }

  async #fetch(typed) {
    this.asked = typed;
    let answer;
    try {
      answer = await fetch(this.url + encodeURIComponent(typed), { headers: { "HX-Request": "true" } });
    } catch {
      return; // no connection: the field still works
    }
    if (!answer.ok || answer.redirected || this.asked !== typed) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const options = [...page.querySelectorAll("[role=option]")];
    if (this.asked !== typed || !options.length) {
      this.close();
      return;
    }
    options.forEach((option, place) => (option.id = `${this.list.id}-${place}`));
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.#expanded(true);
    this.#choose(0);
  }

  #choose(place) {
    const options = [...this.list.children];
    this.place = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.place)));
    this.field.setAttribute("aria-activedescendant", options[this.place].id);
    options[this.place].scrollIntoView({ block: "nearest" });
  }

  #pick(option) {
    this.put(option.dataset.value);
    this.close();
    this.field.focus();
  }

  #key(event) {
    if (this.list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#choose(this.place + moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.#pick(this.list.children[this.place]);
    else if (event.key === "Escape") this.close();
    else return;
    if (event.key === "Escape") event.stopPropagation();
    event.preventDefault();
  }
}

// Only what follows the last @ before the caret is looked for, and replaced.
class Mentions extends Typeahead {
  typed() {
    const found = this.field.value.slice(0, this.field.selectionStart).match(/(?:^|[\s(])@([^\s@][^@\n]{0,40})?$/u);
    return found ? found[1] ?? "" : null;
  }

  put(value) {
    const caret = this.field.selectionStart;
    const start = this.field.value.lastIndexOf("@", caret - 1);
    this.field.setRangeText(`${value} `, start, caret, "end");
  }
}

for (const field of document.querySelectorAll("[data-typeahead]")) new Typeahead(field, field.dataset.typeahead);
for (const field of document.querySelectorAll("[data-mentions]")) new Mentions(field, field.dataset.mentions);
