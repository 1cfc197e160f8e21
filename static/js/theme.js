// The sun and the moon: shown at once, kept on the server. Without this script the profile page does the same.
const root = document.documentElement;
const form = document.querySelector("[data-theme-switch]");

function isDark() {
  const chosen = root.dataset.bsTheme;
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const theme = isDark() ? "light" : "dark";
  root.dataset.bsTheme = theme;
  const data = new FormData(form);
  data.set("theme", theme);
  await fetch(form.action, { method: "POST", body: data });
});
