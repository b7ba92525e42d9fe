// Places without words, or with doubtful ones: listed, and transcribed again when somebody asks for it.

import * as api from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clock, percent } from "./format.js";
import { isActive, watchJobs } from "./live.js";
import { toast } from "./notice.js";
import { say, t } from "./words.js";

const MANY = 6;

// `seek(seconds)` plays from there, `onChanged(recording)` gets the recording once it has other words.
// Returns { element, focus, close }; the element is null if nothing is missing.
export function gapsView(recording, seek, onChanged) {
  const { missed, suspect } = recording.transcript.coverage;
  const ranges = [...missed, ...suspect].sort((one, other) => one.start - other.start);
  if (!ranges.length) return { element: null, focus: () => false, close() {} };

  const status = h("p", { class: "gaps-status", role: "status" });
  const buttons = [];
  let isBusy = false;
  let ownJob = null;
  let watch = null;
  let isClosed = false;

  // A button that is disabled would lose the keyboard's focus.
  function show(busy, text = "") {
    isBusy = busy;
    for (const button of buttons) button.setAttribute("aria-disabled", String(busy));
    if (status.textContent !== text) fill(status, text);
  }

  function ask(wanted) {
    if (isBusy) return;
    show(true, t("redo_busy", ""));
    api.redo(recording.id, wanted).then(
      ({ job_id: jobId }) => {
        ownJob = jobId;
        follow();
      },
      (error) => stop(error.message),
    );
  }

  function follow() {
    watch?.stop();
    watch = watchJobs(onJobs, () => {});
  }

  function stop(text) {
    ownJob = null;
    watch?.stop();
    show(false);
    toast(text);
  }

  async function onJobs(jobs) {
    const isOurs = (job) => (ownJob ? job.id === ownJob : job.redo && isActive(job) && job.recording_id === recording.id);
    const job = jobs.find(isOurs);
    if (job && isActive(job)) {
      ownJob = job.id;
      show(true, t("redo_busy", job.step === "transcribe" && job.total ? percent(job.done / job.total) : ""));
    } else if (!ownJob) {
      watch.stop();
    } else if (job?.error_message) {
      stop(say(job.error_message));
    } else {
      watch.stop();
      await ended();
    }
  }

  async function ended() {
    const now = await api.recording(recording.id).catch(() => recording);
    if (isClosed) return;
    if (JSON.stringify(now.transcript) === JSON.stringify(recording.transcript)) {
      stop(t("redo_nothing"));
      return;
    }
    toast(t("redo_done"));
    onChanged(now);
  }

  function button(label, name, wanted) {
    const made = h("button", { type: "button", class: "button small", "aria-label": name, on: { click: () => ask(wanted) } }, icon("retry"), label);
    buttons.push(made);
    return made;
  }

  const all = button(t("redo_all"), t("redo_all"), "all");
  const rows = ranges.map(({ start, end, problem }) => {
    const label = `${clock(start)}–${clock(end)}`;
    const stamp = h("button", { type: "button", class: "stamp", "aria-label": t("jump", label), on: { click: () => seek(start) } }, label);
    const says = problem === "no_text" ? t("missed") : t(`suspect_${problem}`);
    return h("li", {}, stamp, h("span", {}, says), button(t("redo"), t("redo_range", label), [{ start, end }]));
  });
  const list = h("details", { open: rows.length < MANY }, h("summary", {}, icon("warning"), t("gaps_count", rows.length)), h("ul", {}, rows));
  const element = h("section", { class: "gaps", tabIndex: -1, "aria-label": t("gaps_count", rows.length) }, list, h("div", { class: "gaps-foot" }, all, status));
  follow();
  return {
    element,
    focus() {
      element.focus({ preventScroll: true });
      return true;
    },
    close() {
      isClosed = true;
      watch?.stop();
    },
  };
}
