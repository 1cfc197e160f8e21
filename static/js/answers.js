// Answers that htmx can't put into the page: a lost session asks to sign in, a broken one says so.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL, location.href).pathname;
  if (!answered.startsWith("/account/login")) return;
  event.detail.shouldSwap = false;
  location.reload();
});

function say() {
  const messages = document.querySelector(".messages");
  if (messages.querySelector("[data-no-answer]")) return;
  messages.append(document.getElementById("no-answer").content.cloneNode(true));
}

document.addEventListener("htmx:sendError", say);
document.addEventListener("htmx:responseError", say);
