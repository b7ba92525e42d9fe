// The page's beginning: frame, language, theme, and which view the address asks for.

import { fill, h, icon, iconButton } from "./dom.js";
import { homeView } from "./home.js";
import { recordingView } from "./recording.js";
import { language, locale, setLanguage, t } from "./words.js";

const THEME = "tingwu.theme";
const root = h("div", { id: "tingwu" });
const topbar = h("nav", { class: "topbar" });
const main = h("main", { id: "tingwu-main", tabIndex: -1 });
const skip = h("button", { type: "button", class: "skip", on: { click: () => main.focus() } });
fill(root, skip, topbar, main);
let view = null;

function theme() {
  const chosen = localStorage.getItem(THEME);
  return chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function showTheme() {
  document.documentElement.dataset.theme = theme();
}

const controls = () => [...topbar.querySelectorAll("a, button")];

// Drawn anew, the bar keeps the keyboard's focus where it was.
function frame() {
  document.documentElement.lang = locale();
  const flipTheme = () => {
    localStorage.setItem(THEME, theme() === "dark" ? "light" : "dark");
    showTheme();
    frame();
  };
  const flipLanguage = () => {
    setLanguage(language() === "zh" ? "en" : "zh");
    frame();
    show();
  };
  fill(skip, t("skip"));
  const brand = h("a", { class: "brand", href: "#/" }, h("span", { class: "brand-mark" }, icon("audio")), "tingwu");
  const words = h("button", { type: "button", class: "button ghost", lang: language() === "zh" ? "en" : "zh", on: { click: flipLanguage } }, t("switch_language"));
  const shade = iconButton(theme() === "dark" ? "sun" : "moon", t("theme"), flipTheme);
  const focused = controls().indexOf(document.activeElement);
  fill(topbar, brand, h("div", { class: "topbar-end" }, words, shade));
  controls()[focused]?.focus();
}

function show() {
  view?.close();
  const match = /^#\/r\/([A-Za-z0-9%-]+)$/.exec(location.hash);
  view = match ? recordingView(decodeURIComponent(match[1])) : homeView();
  root.classList.toggle("reading", Boolean(match));
  fill(main, view.element);
  root.scrollTop = 0;
}

// Gradio draws its frame when its own scripts are ready; ours does not wait for more than the mount point.
function mount() {
  const place = document.getElementById("tingwu-mount");
  if (place && root.parentElement !== place) place.append(root);
  return Boolean(place);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  showTheme();
  frame();
});
addEventListener("hashchange", show);
showTheme();
frame();
show();
mount();
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
