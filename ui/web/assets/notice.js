// Short messages at the edge of the page, and the question before something is lost.

import { h } from "./dom.js";
import { t } from "./words.js";

const SHOWN_MS = 6000;

export function toast(text) {
  let shelf = document.querySelector(".toasts");
  if (!shelf) {
    shelf = h("div", { class: "toasts", role: "status" });
    document.getElementById("tingwu").append(shelf);
  }
  const note = h("div", { class: "toast" }, text);
  shelf.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

// Resolves to true if the person agrees to lose something.
export const confirmLoss = (title, text, action, keep = t("keep")) => ask([h("h2", {}, title), h("p", {}, text)], action, () => true, keep);

// Resolves to true if the person agrees to what `content` asks, which counts once `isReady()`.
export function ask(content, action, isReady, stay = t("cancel")) {
  return new Promise((resolve) => {
    const keep = h("button", { type: "button", class: "button", on: { click: () => dialog.close("no") } }, stay);
    const go = h("button", { type: "button", class: "button danger", on: { click: () => isReady() && dialog.close("yes") } }, action);
    const dialog = h("dialog", { class: "dialog" }, content, h("div", { class: "dialog-buttons" }, keep, go));
    const show = () => go.setAttribute("aria-disabled", String(!isReady()));
    dialog.addEventListener("change", show);
    show();
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.getElementById("tingwu").append(dialog);
    dialog.showModal();
  });
}
