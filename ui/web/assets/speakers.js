// The speakers of a recording: how much and when each speaks, and what they may be called. Names are changed here.

import { drawing, h, icon } from "./dom.js";
import { clock, lasting, percent } from "./format.js";
import { colourOf, nameButton, speakerLabel } from "./speaker_names.js";
import { t } from "./words.js";

const SURE = 0.5;
const FEW = 3;
const WIDE = 1000;
const IN_CHARACTERS = new Set(["zh", "yue", "ja", "th"]);

// `seek(seconds)` plays from there; `colours` and `actions` are those of the recording.
// Returns { element, onTime, focus, isOpen, setOpen }; the element is null if nobody was told apart.
export function speakersView(recording, colours, actions, seek) {
  const { speakers: found, transcript } = recording;
  if (!found?.speakers.length) return { element: null, onTime() {}, focus: () => false, isOpen: () => null, setOpen() {} };
  const buttons = new Map();
  const isAlone = found.speakers.length < 2;

  const rows = found.speakers.map((one) => {
    const { speaker } = one;
    const name = nameButton(speaker, (wanted) => actions.rename(speaker, wanted));
    buttons.set(speaker, name);
    const merge = isAlone ? null : h("button", { type: "button", class: "button small ghost merge", title: t("merge_speaker", speaker), "aria-label": t("merge_speaker", speaker), on: { click: () => actions.merge(speaker) } }, t("merge_ask"));
    const bar = h("span", { class: "share-bar", "aria-hidden": "true" }, h("i", { style: { width: `${one.share * 100}%` } }));
    const talk = h("span", { class: "talk" }, h("span", {}, lasting(one.seconds)), bar, h("b", {}, percent(one.share)));
    const mine = found.suggestions.filter((other) => other.speaker === speaker);
    return h(
      "li",
      { class: "speaker-row", data: colourOf(colours, speaker) },
      h("div", { class: "speaker-top" }, speakerLabel(colours, speaker, name), talk, merge),
      lane(one, transcript.duration, seek),
      facts(one, transcript.language),
      mine.map((suggestion) => suggested(suggestion, actions, seek)),
    );
  });

  const glance = h("span", { class: "speakers-glance", "aria-hidden": "true" }, found.speakers.slice(0, 12).map(({ speaker }) => h("i", { data: colourOf(colours, speaker) })));
  const title = t("speakers_count", rows.length);
  const isUnsure = found.count_confidence !== null && found.count_confidence < SURE;
  const list = h("ul", { class: "speaker-list" }, rows);
  const foot = h("p", { class: "speakers-foot" }, t("silence_overlap", lasting(found.silence), lasting(found.overlap)));
  // Where nothing is left to decide, the transcript is what people come for.
  const isOpen = rows.length <= FEW || isUnsure || found.suggestions.length > 0;
  const details = h("details", { open: isOpen }, h("summary", {}, icon("people"), title, glance), isUnsure ? h("p", { class: "hint" }, icon("warning"), t("speakers_unsure")) : null, list, foot);
  return {
    element: h("section", { class: "speakers", "aria-label": title }, details),
    onTime: (at) => list.style.setProperty("--at", `${(at / (transcript.duration || 1)) * 100}%`),
    // The speaker with this name, or the first one.
    focus(name) {
      details.open = true;
      (buttons.get(name) ?? [...buttons.values()][0]).focus({ preventScroll: true });
      return true;
    },
    isOpen: () => details.open,
    setOpen(isOpen) {
      if (isOpen !== null) details.open = isOpen;
    },
  };
}

// When one speaks, as a single shape however often that is. A click plays what is there.
function lane({ speaker, lane: ranges }, duration, seek) {
  const scale = WIDE / (duration || 1);
  const boxes = ranges.map(([start, end]) => {
    const width = Math.max(1, (end - start) * scale).toFixed(1);
    return `M${(start * scale).toFixed(1)} 0h${width}v10h-${width}z`;
  });
  const picture = drawing("svg", { viewBox: `0 0 ${WIDE} 10`, preserveAspectRatio: "none", "aria-hidden": "true" });
  picture.append(drawing("path", { d: boxes.join("") }));
  const label = t("lane_label", speaker);
  const strip = h("div", { class: "lane", role: "img", "aria-label": label }, picture);
  const at = (event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * duration;
  };
  strip.addEventListener("click", (event) => seek(at(event)));
  strip.addEventListener("pointermove", (event) => {
    strip.title = clock(at(event));
  });
  return strip;
}

function facts({ turns, longest, interruptions, rate }, language) {
  const pairs = [
    ["turns", String(turns)],
    ["longest", lasting(longest)],
    ["interruptions", String(interruptions)],
    ["pace", rate === null ? null : t(IN_CHARACTERS.has(language) ? "characters_a_minute" : "words_a_minute", Math.round(rate))],
  ];
  return h("div", { class: "speaker-facts" }, pairs.filter(([, value]) => value !== null).map(([name, value]) => h("span", { class: `fact-${name}` }, t(`talk_${name}`), " ", h("b", {}, value))));
}

function suggested({ speaker, name, source, evidence, quote }, actions, seek) {
  const button = (label, spoken, click, sign = null) => h("button", { type: "button", class: "button small", "aria-label": spoken, on: { click } }, sign, label);
  const why = h("span", {}, t(source === "profile" ? "sounds_like" : "may_be"), " ", h("b", {}, name), quote ? [t("colon"), h("q", {}, quote)] : null);
  const play = evidence ? button(clock(evidence.start), t("jump", clock(evidence.start)), () => seek(evidence.start), icon("play")) : null;
  const use = button(t("use_name"), t("use_name_one", speaker, name), () => actions.accept(speaker, name));
  const no = button(t("not_this_name"), t("not_this_name_one", speaker, name), () => actions.decline(speaker, name));
  return h("div", { class: "suggestion" }, why, h("span", { class: "suggestion-buttons" }, play, use, no));
}
