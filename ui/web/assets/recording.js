// One recording: its notes beside its transcript, and the player that both move.

import * as api from "./api.js";
import { correctionsView } from "./corrections.js";
import { append, fill, h, icon, iconButton } from "./dom.js";
import { clock, day, languageName } from "./format.js";
import { isActive, watchJobs } from "./live.js";
import { confirmLoss, toast } from "./notice.js";
import { isWanting, notesAbsent, notesView } from "./notes.js";
import { player } from "./player.js";
import { gapsView } from "./redo.js";
import { speakerActions } from "./speaker_actions.js";
import { speakerColours } from "./speaker_names.js";
import { speakersView } from "./speakers.js";
import { transcriptView } from "./transcript.js";
import { say, t } from "./words.js";

export function recordingView(id) {
  const element = h("div", { class: "recording" }, h("p", { class: "muted centre" }, t("loading")));
  let view = null;
  let closed = false;
  const open = (recording, focus) => {
    const before = view?.where();
    view?.close();
    view = build(element, recording, open);
    if (before) view.goTo(before, focus);
  };
  api.recording(id).then(
    (recording) => {
      if (!closed) open(recording);
    },
    (error) => fill(element, h("div", { class: "empty" }, icon("warning"), h("strong", {}, error.message), backLink())),
  );
  return {
    element,
    close() {
      closed = true;
      view?.close();
    },
  };
}

const backLink = () => h("a", { class: "button", href: "#/" }, t("back_home"));

// `reopen(recording, focus)` shows the recording as it has become, at the same place; `focus(parts)` is true if it gave
// one of the new parts the keyboard's focus.
function build(element, recording, reopen) {
  const { transcript, media } = recording;
  const notesPane = h("div", { class: "pane pane-notes", tabIndex: 0, role: "region", "aria-label": t("notes") });
  const textPane = h("div", { class: "pane pane-text", tabIndex: 0, role: "region", "aria-label": t("transcript") });
  const sound = player({
    address: api.mediaAddress(recording.id),
    duration: transcript.duration,
    hasVideo: media.has_video,
    marks: marksOf(recording),
    onTime: (at) => {
      text.onTime(at);
      speakers.onTime(at);
    },
  });
  const colours = speakerColours(recording);
  const actions = speakerActions(recording, colours, reopen);
  const speakers = speakersView(recording, colours, actions, sound.seek);
  const text = transcriptView(recording, textPane, sound.seek, colours, actions);
  const play = (start, ids) => {
    sound.seek(start);
    text.show(ids);
  };

  const gaps = gapsView(recording, sound.seek, (now) => reopen(now, (parts) => parts.gaps.focus()));
  const corrections = correctionsView(recording, sound.seek, (now, number) => reopen(now, (parts) => parts.corrections.focus(number)));
  append(textPane, [speakers.element, gaps.element, corrections.element, text.element]);
  const stopWaiting = showNotes(notesPane, recording, play);
  const panes = h("div", { class: "panes" }, notesPane, h("div", { class: "text-column" }, sound.stage, textPane));
  fill(element, head(recording), banners(recording), paneSwitch(element), panes, sound.element);
  element.dataset.pane = "notes";
  return {
    where: () => ({ pane: element.dataset.pane, scroll: textPane.scrollTop, areSpeakersOpen: speakers.isOpen(), at: sound.media.currentTime, isPlaying: !sound.media.paused }),
    goTo({ pane, scroll, areSpeakersOpen, at, isPlaying }, focus) {
      element.querySelector(`.pane-switch [data-pane="${pane}"]`).click();
      if (isPlaying) sound.seek(at);
      else sound.media.currentTime = at;
      speakers.setOpen(areSpeakersOpen);
      if (!focus({ gaps, corrections, speakers, text })) textPane.focus({ preventScroll: true });
      textPane.scrollTop = scroll;
    },
    close() {
      stopWaiting();
      gaps.close();
      actions.close();
      corrections.close();
      text.close();
      sound.close();
    },
  };
}

// Fills the pane; while notes are being written, waits for them. Returns how to stop waiting.
function showNotes(pane, recording, play) {
  let now = recording;
  let shown = null;
  let watch = null;
  let wasWorking = false;
  let ownJob = null;
  const isSettled = () => now.notes && !isWanting(now.notes);
  const show = (isComing) => {
    if (shown !== isComing) fill(pane, now.notes && !isComing ? notesView(now, play, write) : notesAbsent(isComing, write));
    shown = isComing;
  };
  const follow = () => {
    watch?.stop();
    watch = watchJobs(onJobs, () => {});
  };
  const write = () => {
    show(true);
    api.writeNotes(recording.id).then(({ job_id: jobId }) => {
      ownJob = jobId;
      wasWorking = true;
      follow();
    }, (error) => {
      toast(error.message);
      show(false);
    });
  };
  // A job that waits does not tell its recording yet.
  const isOurs = (job) => job.id === ownJob || (!job.redo && job.recording_id === recording.id);
  async function onJobs(jobs) {
    const isWorking = jobs.some((job) => isOurs(job) && isActive(job));
    if (wasWorking && !isWorking) {
      now = await api.recording(recording.id).catch(() => now);
      shown = null;
      if (isSettled()) watch.stop();
    }
    wasWorking = isWorking;
    show(isWorking);
  }
  show(false);
  if (!isSettled()) follow();
  return () => watch?.stop();
}

function head(recording) {
  const { media, transcript, notes } = recording;
  const speakers = recording.speakers?.speakers.length;
  const facts = [notes && notes.title ? media.name : null, day(recording.created), clock(transcript.duration), languageName(transcript.language), speakers ? t("words_of", speakers) : null];
  return h(
    "header",
    { class: "recording-head" },
    h("a", { class: "icon-button", href: "#/", title: t("back_home"), "aria-label": t("back_home") }, icon("left")),
    h("div", { class: "titles" }, h("h1", {}, (notes && notes.title) || media.name), h("p", {}, facts.filter(Boolean).join(" · "))),
    h("div", { class: "head-buttons" }, downloads(recording), iconButton("trash", t("delete"), () => remove(recording))),
  );
}

async function remove(recording) {
  if (!(await confirmLoss(t("delete_title"), t("delete_text"), t("delete")))) return;
  try {
    await api.deleteRecording(recording.id);
    location.hash = "#/";
  } catch (error) {
    toast(error.message);
  }
}

function downloads(recording) {
  const menu = h("div", { class: "menu" });
  const details = h("details", { class: "dropdown" }, h("summary", { class: "button" }, icon("download"), h("span", {}, t("download"))), menu);
  const link = ({ name }) => h("a", { href: api.exportAddress(recording.id, name), download: "", on: { click: () => (details.open = false) } }, name.toUpperCase());
  api.formats().then((formats) => fill(menu, formats.map(link)), (error) => fill(menu, h("span", {}, error.message)));
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") details.open = false;
  });
  return details;
}

// What is missing from the recording is said before anything else; lost sound once, in the words of the page.
function banners({ decode, transcript }) {
  const lines = transcript.warnings.filter(({ code }) => !code.startsWith("damaged")).map((notice) => say(notice.text));
  if (!decode.complete) lines.unshift(t("incomplete", clock(decode.duration), clock(decode.declared_duration ?? decode.duration)));
  return lines.map((text) => h("div", { class: "banner", role: "alert" }, icon("warning"), h("span", {}, text)));
}

// On a narrow page one pane is shown at a time.
function paneSwitch(element) {
  const names = ["notes", "text"];
  const tabs = names.map((name) => h("button", { type: "button", role: "tab", "aria-selected": String(name === "notes"), data: { pane: name } }, t(name === "text" ? "transcript" : name)));
  tabs.forEach((tab, index) =>
    tab.addEventListener("click", () => {
      element.dataset.pane = names[index];
      tabs.forEach((other) => other.setAttribute("aria-selected", String(other === tab)));
    }),
  );
  return h("div", { class: "pane-switch", role: "tablist" }, tabs);
}

function marksOf({ notes, transcript }) {
  const missed = transcript.coverage.missed.map((range) => ({ ...range, kind: "missed-mark", label: t("missed") }));
  const doubts = transcript.coverage.suspect.map((range) => ({ ...range, kind: "doubt-mark", label: t(`suspect_${range.problem}`) }));
  const edges = (notes?.chapters ?? []).slice(1).map((chapter) => ({ start: chapter.start, kind: "edge", label: chapter.title }));
  return [...missed, ...doubts, ...edges];
}
