// What can be done about the speakers of a recording: rename, merge, take or decline a suggested name.

import * as api from "./api.js";
import { h } from "./dom.js";
import { ask, confirmLoss, toast } from "./notice.js";
import { speakerLabel } from "./speaker_names.js";
import { t } from "./words.js";

// `onChanged(recording, focus)` gets the recording as it has become, and what is to have the keyboard's focus in it.
// Every action resolves to true if it changed something.
export function speakerActions(recording, colours, onChanged) {
  let isBusy = false;
  let isClosed = false;
  const names = [...colours.keys()];

  async function change(work, done, focus) {
    if (isBusy) return false;
    isBusy = true;
    try {
      const now = await work();
      if (isClosed) return true;
      toast(done);
      onChanged(now, focus);
      return true;
    } catch (error) {
      if (isClosed) return false;
      toast(error.message);
      await lookAgain(focus);
      return false;
    } finally {
      isBusy = false;
    }
  }

  // Somebody else may have changed the recording meanwhile.
  async function lookAgain(focus) {
    const now = await api.recording(recording.id).catch(() => recording);
    if (!isClosed && JSON.stringify(now.speakers) !== JSON.stringify(recording.speakers)) onChanged(now, focus);
  }

  const named = (name) => (parts) => parts.speakers.focus(name);

  async function join(speaker, into, focus) {
    return change(() => api.mergeSpeakers(recording.id, speaker, into), t("merged_done", speaker, into), focus ?? named(into));
  }

  // Two speakers cannot have one name; if they are one person, they are merged.
  async function rename(speaker, name, focus) {
    if (names.includes(name) && name !== speaker) {
      return (await confirmLoss(t("merge_title"), t("merge_taken", speaker, name), t("merge"), t("cancel"))) && join(speaker, name, focus);
    }
    return change(() => api.renameSpeaker(recording.id, speaker, name), t("renamed_done", speaker, name), focus ?? named(name));
  }

  return {
    rename,
    async merge(speaker) {
      const into = await askMerge(speaker, names.filter((other) => other !== speaker), colours);
      return into !== null && join(speaker, into);
    },
    async accept(speaker, name) {
      if (names.includes(name) && name !== speaker) return rename(speaker, name);
      return change(() => api.acceptName(recording.id, speaker, name), t("renamed_done", speaker, name), named(name));
    },
    decline: (speaker, name) => change(() => api.declineName(recording.id, speaker, name), t("declined_done", speaker, name), named(speaker)),
    close() {
      isClosed = true;
    },
  };
}

// Resolves to the one that `speaker` is to be merged into, or null.
async function askMerge(speaker, others, colours) {
  const radios = others.map((other) => h("input", { type: "radio", name: "into", value: other, required: true }));
  const rows = others.map((other, index) => h("label", {}, radios[index], speakerLabel(colours, other)));
  const choices = h("fieldset", { class: "merge-choices", "aria-label": t("merge_title") }, rows);
  if (radios.length === 1) radios[0].checked = true;
  const isSure = await ask([h("h2", {}, t("merge_title")), h("p", {}, t("merge_text", speaker)), choices], t("merge"), () => radios.some((one) => one.checked));
  return isSure ? radios.find((one) => one.checked).value : null;
}
