// The notes: every line with the times that prove it. A time plays its moment and shows the sentence that was said.

import { append, h, icon } from "./dom.js";
import { clock, percent } from "./format.js";
import { say, t } from "./words.js";

const SHOWN_TIMES = 6;

const WANTING = new Set(["model_stopped", "model_never_began", "no_model", "no_usable_answer", "transcript_changed", "speakers_merged"]);

// Whether the language model failed these notes or they are older than the transcript: another try may be better.
export const isWanting = (notes) => notes.warnings.some(({ code }) => WANTING.has(code));

// `play(start, segmentIds)` plays a moment and shows its sentences; `onWrite()` has the notes written again.
export function notesView(recording, play, onWrite) {
  const { notes, transcript } = recording;
  const sections = [
    ["summary", notes.summary.length && claims(notes.summary, play, "lead")],
    ["chapters", notes.chapters.length && chapters(notes.chapters, play)],
    ["questions", notes.questions.length && questions(notes.questions, play)],
    ["actions", notes.actions.length && actions(notes.actions, play)],
    ["decisions", notes.decisions.length && claims(notes.decisions, play)],
    ["keywords", notes.keywords.length && keywords(notes.keywords, play)],
  ].filter(([, body]) => body);
  const built = sections.map(([name, body]) => h("section", { class: `note-section note-${name}` }, h("h2", {}, t(name)), body));
  return h("div", { class: "notes" }, jumpBar(sections, built), warnings(notes, onWrite), built, footnote(notes, transcript));
}

// What stands in the notes' place while there are none.
export function notesAbsent(isComing, onWrite) {
  if (isComing) return h("div", { class: "empty small" }, h("i", { class: "spinner" }), h("strong", {}, t("notes_coming")));
  return h("div", { class: "empty small" }, icon("list"), h("strong", {}, t("no_notes")), h("span", {}, t("no_notes_text")), h("button", { type: "button", class: "button", on: { click: onWrite } }, t("write_notes")));
}

function jumpBar(sections, built) {
  const buttons = sections.map(([name], index) =>
    h("button", { type: "button", class: "pill", on: { click: () => built[index].scrollIntoView({ block: "start", behavior: "smooth" }) } }, t(name)),
  );
  return h("nav", { class: "jump-bar", "aria-label": t("notes") }, buttons);
}

function warnings(notes, onWrite) {
  const lines = notes.warnings.map((notice) => say(notice.text));
  if (!notes.model) lines.unshift(t("no_model"));
  const { sentences, sentences_read: read } = notes.reading;
  if (read < sentences) lines.push(t("read_part", read, sentences));
  const hints = lines.map((line) => h("p", { class: "hint" }, icon("warning"), line));
  const again = isWanting(notes) && h("button", { type: "button", class: "button small", on: { click: onWrite } }, t("write_notes_again"));
  return h("div", { class: "note-warnings" }, hints, again);
}

function footnote(notes, transcript) {
  const parts = [t("coverage", percent(transcript.coverage.share))];
  if (notes.model) parts.unshift(t("written_by", notes.model));
  return h("p", { class: "footnote" }, parts.join(" "));
}

const claims = (list, play, kind = "") => h("ul", { class: `claims ${kind}` }, list.map((claim) => h("li", {}, line(claim, play))));

// One line of the notes: what it says, where it comes from, and the sentence once a time was clicked.
function line(claim, play, before = null) {
  const proof = h("blockquote", { class: "proof", hidden: true });
  const chips = claim.citations.map((citation) => chip(citation, proof, play));
  const isQuote = claim.proof === "quote";
  const text = h("span", { class: isQuote ? "said" : "told", title: isQuote ? t("quote_tip") : t("verified_tip") }, claim.text);
  const label = isQuote ? quoteTag() : null;
  return h("div", { class: "claim" }, before, label, text, " ", h("span", { class: "chips" }, chips), proof);
}

const quoteTag = () => h("span", { class: "tag", title: t("quote_tip") }, t("quote"));

function chip(citation, proof, play) {
  const button = h("button", { type: "button", class: "chip", title: citation.quote, "aria-label": t("jump", clock(citation.start)), "aria-expanded": "false" }, icon("play"), clock(citation.start));
  button.addEventListener("click", () => {
    proof.textContent = citation.quote;
    proof.hidden = false;
    for (const other of button.parentElement.children) other.setAttribute("aria-expanded", String(other === button));
    play(citation.start, citation.segment_ids);
  });
  return button;
}

function chapters(list, play) {
  return h("ol", { class: "chapters" }, list.map((chapter) => {
    const range = `${clock(chapter.start)}–${clock(chapter.end)}`;
    const time = h("button", { type: "button", class: "chip range", "aria-label": t("jump", range), on: { click: () => play(chapter.start, []) } }, icon("play"), range);
    const ofTerms = chapter.title_proof === "quote";
    const title = h("h3", { title: ofTerms ? t("terms_tip") : t("verified_tip") }, chapter.title);
    return h("li", { class: "chapter" }, h("div", { class: "chapter-head" }, title, time), claims(chapter.points, play));
  }));
}

function questions(list, play) {
  return h("div", { class: "questions" }, list.map((pair) => {
    const question = h("div", { class: "question" }, mark("Q"), line(pair.question, play, who(pair.asked_by)));
    const reply = pair.answer ? line(pair.answer, play, who(pair.answered_by)) : h("span", { class: "muted" }, t("unanswered"));
    return h("article", { class: "pair" }, question, h("div", { class: "answer" }, mark("A"), reply));
  }));
}

const mark = (letter) => h("b", { class: "letter", "aria-hidden": "true" }, letter);
const who = (name) => (name ? h("span", { class: "who" }, name) : null);

function actions(list, play) {
  return h("ul", { class: "claims actions" }, list.map((item) => {
    const facts = h("div", { class: "facts" });
    if (item.owner) append(facts, [h("span", { class: "badge" }, `${t("owner")} · ${item.owner}`)]);
    if (item.due) append(facts, [h("span", { class: "badge" }, `${t("due")} · ${item.due}`)]);
    return h("li", {}, line(item.task, play), facts.children.length ? facts : null);
  }));
}

function keywords(list, play) {
  return h("div", { class: "keywords" }, list.map((word) => {
    const times = word.times.slice(0, SHOWN_TIMES).map((time) =>
      h("button", { type: "button", class: "chip", "aria-label": t("jump", clock(time)), on: { click: () => play(time, []) } }, clock(time)),
    );
    const rest = word.times.length > SHOWN_TIMES ? h("span", { class: "muted" }, `+${word.times.length - SHOWN_TIMES}`) : null;
    return h("div", { class: "keyword" }, h("b", {}, word.text), h("span", { class: "chips" }, times, rest));
  }));
}
