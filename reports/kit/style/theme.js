// The button that changes colours, on every page.
"use strict";

const THEMES = ["auto", "light", "dark"];
const themeButton = document.getElementById("theme");

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const shown = theme[0].toUpperCase() + theme.slice(1);
  themeButton.textContent = shown;
  // Its name begins with what is seen, for those who say it (WCAG 2.5.3).
  themeButton.setAttribute("aria-label", `${shown}: the colours of this page`);
}

themeButton.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  setTheme(next);
  remember(next);
});

/** A page opened from a disk may have no storage; then the choice lasts as long as the page. */
function remember(theme) {
  try {
    localStorage.setItem("plumbline-theme", theme);
  } catch { /* nothing depends on it */ }
}

function remembered() {
  try {
    return localStorage.getItem("plumbline-theme");
  } catch {
    return null;
  }
}

setTheme(THEMES.includes(remembered()) ? remembered() : "auto");
themeButton.hidden = false;
