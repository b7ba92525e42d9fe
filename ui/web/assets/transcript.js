// The transcript: paragraphs of sentences. A click plays one, the one that plays is lit, and the view follows it
// until somebody scrolls.

import { withCorrections } from "./corrections.js";
import { h, icon } from "./dom.js";
import { clock } from "./format.js";
import { colourOf, nameButton, speakerLabel } from "./speaker_names.js";
import { t } from "./words.js";

const PAUSE_SECONDS = 2.5;
const LONG_SECONDS = 45;
const MEANWHILE = 8;
const SPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

// Returns { element, onTime, show, focusName, close }. `seek(seconds)` plays from there; `pane` is what scrolls;
// `colours` and `actions` are those of the recording's speakers.
export function transcriptView({ transcript, corrections }, pane, seek, colours, actions) {
  const { segments } = transcript;
  const spans = new Array(segments.length);
  const starts = segments.map((segment) => segment.start);

  const blocks = [...paragraphs(segments), ...transcript.coverage.missed.map((range) => ({ missed: range, start: range.start }))];
  blocks.sort((one, other) => one.start - other.start);
  const names = new Map();
  const who = (speaker, start) => {
    // Every name of a long transcript would be a stop of the Tab key; the panel of speakers has one for each.
    const name = nameButton(speaker, (wanted) => actions.rename(speaker, wanted, (parts) => parts.text.focusName(start)), { tabIndex: -1 });
    names.set(start, name);
    return speakerLabel(colours, speaker, name);
  };
  const marks = { doubts: transcript.coverage.suspect, corrections: bySegment(corrections), beside: (others) => besideTag(others, colours) };

  const body = h("div", { class: "transcript" });
  for (const block of blocks) body.append(block.missed ? missedBlock(block.missed, seek) : paragraph(block, segments, spans, marks, who, seek));
  if (!segments.length) body.append(h("p", { class: "muted centre" }, t("no_speech")));

  const follower = following(pane, () => (lit >= 0 ? spans[lit] : null));
  const element = h("div", { class: "transcript-frame" }, body, follower.button);
  let lit = -1;

  body.addEventListener("click", (event) => {
    const span = event.target.closest("[data-i]");
    if (!span || String(getSelection()).trim()) return;
    follower.resume();
    seek(segments[Number(span.dataset.i)].start);
  });

  return {
    element,
    onTime(at) {
      const index = current(starts, segments, at);
      if (index === lit) return;
      // What stands above the first sentence is not scrolled away before anything plays.
      const isOpening = lit < 0 && at === 0;
      spans[lit]?.classList.remove("lit");
      lit = index;
      spans[lit]?.classList.add("lit");
      if (!isOpening) follower.moved();
    },
    // Brings the sentences with these ids into view and marks them for a moment.
    show(ids) {
      const wanted = new Set(ids);
      const cited = segments.flatMap((segment, index) => (wanted.has(segment.id) ? [spans[index]] : []));
      for (const old of body.querySelectorAll(".cited")) old.classList.remove("cited");
      for (const span of cited) span.classList.add("cited");
      follower.resume();
      if (cited.length) follower.bring(cited[0]);
    },
    // The name above the paragraph that begins then.
    focusName(start) {
      names.get(start)?.focus({ preventScroll: true });
      return names.has(start);
    },
    close: follower.close,
  };
}

function bySegment(corrections) {
  const found = new Map();
  for (const one of corrections) found.set(one.segment_id, [...(found.get(one.segment_id) ?? []), one]);
  return found;
}

// Index of the sentence that is being said at `at` seconds, -1 between sentences.
export function current(starts, segments, at) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at + 0.05) low = middle + 1;
    else high = middle;
  }
  // Behind a word that somebody says meanwhile, a longer sentence goes on.
  for (let index = low - 1; index >= Math.max(0, low - MEANWHILE); index -= 1) if (at < segments[index].end + 1) return index;
  return -1;
}

// Sentences in a row by one speaker, without a long pause: { start, from, to } with `to` beyond the last.
export function paragraphs(segments) {
  const found = [];
  segments.forEach((segment, index) => {
    const last = found.at(-1);
    const before = segments[index - 1];
    const isNew = !last || segment.speaker !== before.speaker || segment.start - before.end > PAUSE_SECONDS || segment.end - last.start > LONG_SECONDS;
    if (isNew) found.push({ start: segment.start, from: index, to: index + 1 });
    else last.to = index + 1;
  });
  return found;
}

function paragraph({ start, from, to }, segments, spans, marks, who, seek) {
  const { speaker } = segments[from];
  const text = h("p", {});
  for (let index = from; index < to; index += 1) {
    const segment = segments[index];
    const doubt = marks.doubts.find((range) => (!range.speaker || range.speaker === segment.speaker) && range.start < segment.end && segment.start < range.end);
    const props = { class: doubt ? "sentence doubt" : "sentence", data: { i: String(index) } };
    if (doubt) props.title = t(`suspect_${doubt.problem}`);
    spans[index] = h("span", props, withCorrections(segment.text, marks.corrections.get(segment.id) ?? []));
    if (index > from && !(SPACED.test(segments[index - 1].text.trim().at(-2) ?? "") || SPACED.test(segment.text.trim()[0] ?? ""))) text.append(" ");
    text.append(spans[index]);
    if (segment.beside.length && (index === from || segment.beside.join("\n") !== segments[index - 1].beside.join("\n"))) text.append(marks.beside(segment.beside));
  }
  const time = h("button", { type: "button", class: "stamp", "aria-label": t("jump", clock(start)), on: { click: () => seek(start) } }, clock(start));
  return h("div", { class: "paragraph" }, h("div", { class: "paragraph-head" }, speaker ? who(speaker, start) : null, time), text);
}

// Who speaks at the same time as the sentence before it; said once for sentences in a row.
function besideTag(others, colours) {
  const names = others.map((other) => [h("i", { "aria-hidden": "true", data: colourOf(colours, other) }), other]);
  const list = names.map((name, index) => [index ? t("comma") : null, name]);
  return h("span", { class: "beside", data: colourOf(colours, others[0]) }, t("beside"), list);
}

function missedBlock(range, seek) {
  const label = `${clock(range.start)}–${clock(range.end)}`;
  const button = h("button", { type: "button", class: "stamp", on: { click: () => seek(range.start) }, "aria-label": t("jump", label) }, label);
  return h("div", { class: "missed" }, icon("warning"), h("span", {}, range.speaker ? `${range.speaker}: ${t("missed")}` : t("missed")), button);
}

// Keeps the lit sentence in view until somebody scrolls by hand; a button brings it back.
function following(pane, target) {
  let on = true;
  const button = h("button", { type: "button", class: "follow", hidden: true, on: { click: () => resume(true) } }, icon("arrow"), t("follow"));

  const stop = () => {
    on = false;
    button.hidden = !target();
  };
  const onKey = (event) => {
    if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) stop();
  };
  const events = { wheel: stop, touchmove: stop, keydown: onKey };
  for (const [name, handler] of Object.entries(events)) pane.addEventListener(name, handler, { passive: true });

  function bring(element) {
    const box = element.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (!frame.height) return;
    const top = pane.scrollTop + box.top - frame.top - frame.height * 0.35;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || Math.abs(top - pane.scrollTop) > 3 * frame.height;
    pane.scrollTo({ top, behavior: calm ? "instant" : "smooth" });
  }

  function resume(now = false) {
    on = true;
    button.hidden = true;
    if (now && target()) bring(target());
  }

  return {
    button,
    bring,
    resume,
    moved() {
      const element = target();
      if (on && element) bring(element);
      else button.hidden = on || !element;
    },
    close() {
      for (const [name, handler] of Object.entries(events)) pane.removeEventListener(name, handler);
    },
  };
}
