// Names of speakers: the colour that each has everywhere, and a name that is changed in its place.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const COLOURS = 8;
const LONGEST_NAME = 100;

// Speaker -> number of the colour, in the order in which they first speak, so that a new name keeps its colour.
export function speakerColours({ speakers, transcript }) {
  const listed = (speakers?.speakers ?? []).map((one) => one.speaker);
  const told = transcript.segments.flatMap(({ speaker, beside }) => (speaker ? [speaker, ...beside] : beside));
  return new Map([...new Set([...listed, ...told])].map((name, index) => [name, index % COLOURS]));
}

export const colourOf = (colours, speaker) => ({ colour: String(colours.get(speaker) ?? 0) });

// The speaker's mark and `name`, which may be any element.
export function speakerLabel(colours, speaker, name = h("span", {}, speaker)) {
  return h("span", { class: "speaker", data: colourOf(colours, speaker) }, h("i", { "aria-hidden": "true" }, initial(speaker)), name);
}

// The number where names only differ by one, as those of channels do.
const initial = (name) => name.match(/ (\d+)$/)?.[1] ?? [...name.trim()].at(0)?.toUpperCase() ?? "?";

// A button with the name that becomes a field on click, Enter or F2. `onName(name)` changes the name, and resolves to
// false if it stays as it is.
export function nameButton(speaker, onName, props = {}) {
  const button = h("button", { type: "button", class: "name", title: t("rename_speaker", speaker), "aria-label": t("rename_speaker", speaker), ...props }, h("span", {}, speaker), icon("pencil"));
  button.addEventListener("click", () => edit(button, speaker, onName));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    edit(button, speaker, onName);
  });
  return button;
}

function edit(button, speaker, onName) {
  let isBusy = false;
  const field = h("input", { type: "text", value: speaker, maxLength: LONGEST_NAME, autocomplete: "off", spellcheck: "false", enterkeyhint: "done", "aria-label": t("rename_speaker", speaker) });
  const restore = () => {
    editor.replaceWith(button);
    button.focus({ preventScroll: true });
  };
  const save = async () => {
    const name = oneLine(field.value);
    if (isBusy) return;
    if (!name || name === speaker) return restore();
    isBusy = true;
    field.readOnly = true;
    if (await onName(name)) return;
    isBusy = false;
    field.readOnly = false;
    // The view may have been drawn anew meanwhile.
    if (editor.isConnected) field.focus({ preventScroll: true });
  };
  const small = (name, label, click) => h("button", { type: "button", class: "icon-button", title: label, "aria-label": label, on: { click } }, icon(name));
  const editor = h("span", { class: "name-editor" }, field, small("check", t("save"), save), small("close", t("cancel"), () => !isBusy && restore()));
  editor.addEventListener("keydown", (event) => {
    // Keys in a name are not for the transcript or the player. While an input method composes, Enter takes its word.
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && !isBusy) restore();
    if (event.key !== "Enter" || event.target !== field) return;
    // Else it would also press the button that gets the focus next.
    event.preventDefault();
    save();
  });
  button.replaceWith(editor);
  field.focus({ preventScroll: true });
  field.select();
}

export const oneLine = (name) => name.split(/\s+/u).filter(Boolean).join(" ");
