// What the glossary changed: listed with its time, and written as it was heard when somebody asks for it.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { clock } from "./format.js";
import { toast } from "./notice.js";
import { t } from "./words.js";

const MANY = 6;

// `seek(seconds)` plays from there, `onChanged(recording, number)` gets the recording without correction `number`.
// Returns { element, focus, close }; the element is null if nothing was corrected.
export function correctionsView(recording, seek, onChanged) {
  const { corrections } = recording;
  if (!corrections.length) return { element: null, focus: () => false, close() {} };
  let isBusy = false;
  let isClosed = false;

  // A button that is disabled would lose the keyboard's focus.
  function show(busy) {
    isBusy = busy;
    for (const button of buttons) button.setAttribute("aria-disabled", String(busy));
  }

  async function takeBack(correction, number) {
    if (isBusy) return;
    show(true);
    try {
      const now = await api.undo(recording.id, correction);
      if (isClosed) return;
      toast(t("undo_done", correction.before));
      onChanged(now, number);
    } catch (error) {
      toast(error.message);
      await lookAgain(number);
    }
  }

  // Somebody else may have changed the recording meanwhile.
  async function lookAgain(number) {
    const now = await api.recording(recording.id).catch(() => recording);
    if (isClosed) return;
    show(false);
    if (JSON.stringify(now.corrections) !== JSON.stringify(corrections)) onChanged(now, number);
  }

  const rows = corrections.map((correction, number) => {
    const { start, before, after } = correction;
    const stamp = h("button", { type: "button", class: "stamp", "aria-label": t("jump", clock(start)), on: { click: () => seek(start) } }, clock(start));
    const change = h("span", {}, h("del", {}, before), " → ", h("ins", {}, after));
    const name = t("undo_one", before, after, clock(start));
    return h("li", {}, stamp, change, h("button", { type: "button", class: "button small", "aria-label": name, on: { click: () => takeBack(correction, number) } }, icon("back"), t("undo")));
  });
  const buttons = rows.map((row) => row.lastChild);
  const title = t("corrections_count", rows.length);
  const list = h("details", { open: rows.length < MANY }, h("summary", {}, icon("check"), title), h("ul", {}, rows));
  return {
    element: h("section", { class: "corrections", "aria-label": title }, list),
    // The next one in the place of number `number`, or the last.
    focus(number) {
      list.open = true;
      buttons[Math.min(number, buttons.length - 1)].focus({ preventScroll: true });
      return true;
    },
    close() {
      isClosed = true;
    },
  };
}

// The text of a sentence with the words in it marked that the glossary changed. Offsets count code points.
export function withCorrections(text, corrections) {
  const letters = [...text];
  const parts = [];
  let done = 0;
  for (const { offset, before, after } of corrections) {
    if (offset < done) continue;
    parts.push(letters.slice(done, offset).join(""));
    parts.push(h("span", { class: "corrected", title: t("corrected_tip", before) }, after));
    done = offset + [...after].length;
  }
  parts.push(letters.slice(done).join(""));
  parts[0] = parts[0].trimStart();
  parts[parts.length - 1] = parts.at(-1).trimEnd();
  return parts;
}
