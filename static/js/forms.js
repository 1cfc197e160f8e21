// Forms: the error summary takes the focus; what was typed outlives a time-out; leaving asks first.
document.querySelector("[data-focus]")?.focus();

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A second click on a button that has been pressed sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) event.preventDefault();
  else form.dataset.sending = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

for (const form of document.querySelectorAll("form[data-forget]")) {
  form.addEventListener("submit", () => sessionStorage.clear());
}

const SENT = "draft-sent";
const sent = sessionStorage.getItem(SENT);
const form = document.querySelector("form[data-draft]");
const here = form && `draft:${form.dataset.draft}:${location.pathname}`;

// A form that was sent and did not come back is saved. The login page is no answer: the draft waits for it.
if (sent && sent !== here && document.querySelector("[data-theme-switch]")) sessionStorage.removeItem(sent);
if (sent) sessionStorage.removeItem(SENT);

if (form) keepDraft(form, here);

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type),
  );
}

function read(form) {
  return fields(form).map((field) => [
    field.name,
    field.value,
    ["checkbox", "radio"].includes(field.type) ? field.checked : null,
    field.multiple ? [...field.selectedOptions].map((option) => option.value) : null,
  ]);
}

function write(form, draft) {
  for (const field of fields(form)) {
    const checkable = ["checkbox", "radio"].includes(field.type);
    const kept = draft.find(([name, value]) => name === field.name && (!checkable || value === field.value));
    if (!kept) continue;
    if (checkable) field.checked = kept[2];
    else if (field.multiple) for (const option of field.options) option.selected = kept[3].includes(option.value);
    else field.value = kept[1];
  }
}

function keepDraft(form, key) {
  const offer = form.querySelector("[data-draft-offer]");
  const initial = JSON.stringify(read(form));
  const kept = sessionStorage.getItem(key);
  let changed = Boolean(document.querySelector("[data-focus]"));
  if (kept && kept !== initial && !changed) offer.hidden = false;

  form.addEventListener("input", () => {
    const now = JSON.stringify(read(form));
    changed = now !== initial;
    if (changed) sessionStorage.setItem(key, now);
    else sessionStorage.removeItem(key);
  });
  offer.querySelector("[data-draft-restore]").addEventListener("click", () => {
    write(form, JSON.parse(kept));
    changed = true;
    sessionStorage.setItem(key, kept);
    offer.hidden = true;
    fields(form)[0]?.focus();
  });
  offer.querySelector("[data-draft-drop]").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    offer.hidden = true;
    fields(form)[0]?.focus();
  });
  form.querySelector("[data-cancel]")?.addEventListener("click", () => {
    sessionStorage.removeItem(key);
    changed = false;
  });
  form.addEventListener("submit", () => {
    sessionStorage.setItem(SENT, key);
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
