// The first view: choose files, see the work, open a recording.

import * as api from "./api.js";
import { append, fill, h, icon } from "./dom.js";
import { clock, day, languageName } from "./format.js";
import { jobList } from "./jobs.js";
import { watchJobs } from "./live.js";
import { toast } from "./notice.js";
import { abandon, canGoOn, upload } from "./upload.js";
import { t } from "./words.js";

const LANGUAGES = ["zh", "en", "yue", "ja", "ko", "es", "fr", "de", "ru", "pt", "it", "ar", "hi", "vi", "th", "id"];
const COUNTS = [2, 3, 4, 5, 6, 7, 8, 9, 10];
const ACCEPT = "audio/*,video/*,.mp3,.m4a,.wav,.flac,.ogg,.opus,.aac,.wma,.amr,.mp4,.mov,.mkv,.webm,.avi,.flv,.ts";

// Uploads belong to the tab, not to the view: they go on while a recording is being read.
const queue = [];
let working = false;

export function homeView() {
  const choices = choicesBar();
  const grid = recordingGrid();
  let unfinished = new Set();
  const list = jobList(() => watch.now());
  const watch = watchJobs(
    (jobs) => {
      list.show(jobs);
      const open = new Set(jobs.filter((job) => job.state !== "done").map((job) => job.id));
      if ([...unfinished].some((id) => !open.has(id))) grid.reload();
      unfinished = open;
    },
    (error) => toast(error.message),
  );

  const addFiles = (files) => {
    for (const file of files) queue.push(newTask(file, choices.read(), list, () => watch.now()));
    runQueue();
  };
  for (const task of queue) task.attach(list, () => watch.now());

  const hero = h("header", { class: "hero" }, h("h1", {}, t("tagline")), h("p", {}, t("promise")));
  const element = h("div", { class: "home" }, hero, h("section", { class: "intake" }, dropZone(addFiles), choices.element), list.element, grid.element);
  grid.reload();
  return { element, close: () => watch.stop() };
}

function newTask(file, choices, list, onDone) {
  const stopper = new AbortController();
  const task = { file, choices, stopper };
  task.attach = (newList, newOnDone) => {
    task.onDone = newOnDone;
    task.row = newList.addUpload(file.name, () => {
      stopper.abort();
      if (task.failed) abandon(file);
      const at = queue.indexOf(task);
      if (at > 0 || task.failed) queue.splice(at, 1);
      task.row.remove();
    });
    if (task.last) task.row.update(task.last);
    if (task.failed) task.showFailure();
  };
  task.showFailure = () => task.row.fail(task.failed.message, canGoOn(task.failed) ? again : null);
  const again = () => {
    task.failed = null;
    task.row.update(task.last ?? { sent: 0, total: file.size });
    runQueue();
  };
  task.attach(list, onDone);
  return task;
}

async function runQueue() {
  if (working) return;
  working = true;
  addEventListener("beforeunload", warn);
  for (let task = next(); task; task = next()) await runTask(task);
  removeEventListener("beforeunload", warn);
  working = false;
}

const next = () => queue.find((task) => !task.failed);

async function runTask(task) {
  try {
    await upload(task.file, task.choices, (progress) => {
      task.last = progress;
      task.row.update(progress);
    }, task.stopper.signal);
    queue.splice(queue.indexOf(task), 1);
    task.onDone();
    task.row.remove();
  } catch (error) {
    if (error.name === "AbortError") {
      if (queue.includes(task)) queue.splice(queue.indexOf(task), 1);
      return;
    }
    task.failed = error;
    task.showFailure();
  }
}

const warn = (event) => event.preventDefault();

function dropZone(addFiles) {
  const input = h("input", { type: "file", multiple: true, accept: ACCEPT, id: "tingwu-files", class: "sr-only" });
  input.addEventListener("change", () => {
    addFiles([...input.files]);
    input.value = "";
  });
  const headline = h("strong", {}, t("drop"));
  const zone = h("label", { class: "drop", for: "tingwu-files" }, h("span", { class: "drop-mark" }, icon("upload")), headline, h("span", {}, t("drop_or")), input);
  let depth = 0;
  const hover = (change) => (event) => {
    event.preventDefault();
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
    fill(headline, depth > 0 ? t("drop_now") : t("drop"));
  };
  zone.addEventListener("dragenter", hover(1));
  zone.addEventListener("dragleave", hover(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    depth = 1;
    hover(-1)(event);
    addFiles([...event.dataTransfer.files]);
  });
  return zone;
}

function choicesBar() {
  const options = LANGUAGES.map((code) => h("option", { value: code }, languageName(code)));
  const several = [h("option", { value: "" }, t("language_auto")), h("option", { value: "mixed" }, t("language_mixed"))];
  const select = h("select", { id: "tingwu-language" }, several, options);
  const notes = h("input", { type: "checkbox", id: "tingwu-notes", checked: true, role: "switch" });
  const split = h("input", { type: "checkbox", id: "tingwu-split", role: "switch" });
  const speakers = speakerChoice();
  split.addEventListener("change", () => speakers.splitByChannel(split.checked));
  const element = h(
    "div",
    { class: "choices" },
    h("label", { class: "choice", for: "tingwu-language" }, h("span", {}, t("language")), select),
    h("span", { class: "choice" }, h("span", {}, t("model")), h("b", {}, t("model_auto"))),
    h("label", { class: "choice switch", for: "tingwu-notes" }, h("span", {}, t("notes_wanted")), notes),
    h("div", { class: "choices-together" },
      speakers.element,
      h("label", { class: "choice switch", for: "tingwu-split", title: t("split_title") }, h("span", {}, t("split_wanted")), split),
    ),
    speakers.why,
  );
  const channels = () => (split.checked ? "split" : "mix");
  return { element, read: () => ({ language: select.value || null, notes: notes.checked, channels: channels(), ...speakers.read() }) };
}

// Whether speakers are told apart by their voices, and how many there are. Not asked where each channel is a speaker.
function speakerChoice() {
  const counts = COUNTS.map((number) => h("option", { value: String(number) }, t("speakers_number", number)));
  const auto = h("option", { value: "auto" }, t("speakers_auto"));
  const none = h("option", { value: "none" }, t("speakers_none"));
  const select = h("select", { id: "tingwu-speakers", "aria-describedby": "tingwu-speakers-why" }, auto, counts, none);
  const why = h("p", { class: "choices-why", id: "tingwu-speakers-why", role: "status" });
  return {
    element: h("label", { class: "choice", for: "tingwu-speakers" }, h("span", {}, t("speakers_wanted")), select),
    why,
    splitByChannel(on) {
      select.disabled = on;
      fill(why, on ? t("speakers_by_channel") : "");
    },
    read() {
      const diarize = !select.disabled && select.value !== "none";
      return { diarize, num_speakers: diarize && select.value !== "auto" ? Number(select.value) : null };
    },
  };
}

function recordingGrid() {
  const box = h("div", { class: "cards" });
  const search = h("input", { type: "search", placeholder: t("search"), "aria-label": t("search") });
  const count = h("span", { class: "count" });
  const bar = h("div", { class: "grid-bar" }, h("h2", {}, t("recordings"), count), h("label", { class: "search" }, icon("search"), search));
  let all = [];

  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const hits = all.filter((one) => !wanted || [one.title, one.name, ...one.keywords].join("\n").toLowerCase().includes(wanted));
    bar.hidden = !all.length;
    fill(count, all.length ? String(all.length) : "");
    fill(box, hits.length ? hits.map(card) : all.length ? h("p", { class: "muted" }, t("nothing_found")) : emptyState());
  };
  search.addEventListener("input", draw);

  return {
    element: h("section", { class: "library" }, bar, box),
    async reload() {
      try {
        all = await api.recordings();
        draw();
      } catch (error) {
        toast(error.message);
      }
    },
  };
}

function emptyState() {
  return h("div", { class: "empty" }, icon("audio"), h("strong", {}, t("empty_title")), h("span", {}, t("empty_text")));
}

function card(one) {
  const facts = [day(one.created), languageName(one.language)].filter(Boolean).join(" · ");
  const top = h("div", { class: "card-top" }, h("span", { class: "card-kind" }, icon(one.has_video ? "video" : "audio")), h("span", { class: "card-time" }, clock(one.duration)));
  const badges = h("div", { class: "card-badges" });
  if (!one.complete) append(badges, [h("span", { class: "badge warn" }, icon("warning"), t("gaps"))]);
  append(badges, one.keywords.slice(0, 4).map((word) => h("span", { class: "badge" }, word)));
  return h("a", { class: "card", href: `#/r/${encodeURIComponent(one.id)}` }, top, h("h3", {}, one.title || one.name), one.title ? h("p", { class: "card-name" }, one.name) : null, h("p", { class: "card-facts" }, facts), badges);
}
