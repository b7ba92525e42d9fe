// The player: sound or pictures, a time line with marks, and the keys that everybody expects.

import { append, fill, h, icon, iconButton } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./words.js";

const RATES = [0.75, 1, 1.25, 1.5, 2];
const JUMP = 15;

// `marks` are { start, end, kind, label }. Returns { element, stage, media, seek, close }; `stage` holds the picture.
export function player({ address, duration, hasVideo, marks, onTime }) {
  const media = h(hasVideo ? "video" : "audio", { preload: "metadata", playsInline: true, src: address });
  const stage = hasVideo ? h("div", { class: "stage" }, media) : null;
  const length = () => (Number.isFinite(media.duration) && media.duration > 0 ? media.duration : duration);

  const toggle = () => (media.paused ? start(media) : media.pause());
  const jump = (seconds) => () => {
    media.currentTime = Math.min(length(), Math.max(0, media.currentTime + seconds));
    tick();
  };

  const main = iconButton("play", t("play"), toggle, { class: "icon-button main" });
  const now = h("span", { class: "time" }, clock(0));
  const line = h("input", { type: "range", class: "seek", min: "0", max: String(duration || 1), step: "0.1", value: "0", "aria-label": t("position") });
  const rate = h("select", { class: "rate", "aria-label": t("rate") }, RATES.map((value) => h("option", { value: String(value), selected: value === 1 }, `${value}×`)));
  const problem = h("span", { class: "player-problem", hidden: true }, t("no_media"));

  line.addEventListener("input", () => {
    media.currentTime = Number(line.value);
    tick();
  });
  rate.addEventListener("change", () => {
    media.playbackRate = Number(rate.value);
  });
  media.addEventListener("click", toggle);
  media.addEventListener("error", () => {
    problem.hidden = false;
    main.disabled = true;
  });
  for (const event of ["play", "pause", "ended"]) media.addEventListener(event, showState);
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) media.addEventListener(event, tick);

  function showState() {
    const label = media.paused ? t("play") : t("pause");
    fill(main, icon(media.paused ? "play" : "pause"));
    main.setAttribute("aria-label", label);
    main.title = label;
    if (!media.paused) follow();
  }

  // While it plays the mark moves with every frame; `timeupdate` alone comes four times a second.
  function follow() {
    tick();
    if (!media.paused && element.isConnected) requestAnimationFrame(follow);
  }

  function tick() {
    const at = media.currentTime;
    line.max = String(length() || 1);
    line.value = String(at);
    line.style.setProperty("--played", `${(at / (length() || 1)) * 100}%`);
    line.setAttribute("aria-valuetext", clock(at));
    if (now.textContent !== clock(at)) fill(now, clock(at));
    onTime(at);
  }

  const track = h("div", { class: "track" }, h("div", { class: "marks", "aria-hidden": "true" }, marks.map((mark) => markOn(mark, duration))), line);
  const element = h(
    "div",
    { class: "player", role: "region", "aria-label": t("play") },
    h("div", { class: "player-buttons" }, iconButton("back", t("back15"), jump(-JUMP)), main, iconButton("forward", t("forward15"), jump(JUMP))),
    now,
    track,
    h("span", { class: "time end" }, clock(duration)),
    rate,
  );
  append(element, [problem, hasVideo ? null : media]);

  const onKey = (event) => {
    if (event.target.closest("input, select, textarea, button, a, dialog, [role=button]") && event.target !== line) return;
    const action = { " ": toggle, k: toggle, j: jump(-JUMP), l: jump(JUMP) }[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", onKey);

  return {
    element,
    stage,
    media,
    seek(seconds) {
      media.currentTime = seconds;
      tick();
      start(media);
    },
    close() {
      document.removeEventListener("keydown", onKey);
      media.pause();
      media.removeAttribute("src");
      media.load();
    },
  };
}

function start(media) {
  // Refused when the browser wants a click first, or when the sound is gone; the page shows both without words here.
  media.play().catch(() => {});
}

function markOn({ start: from, end, kind, label }, duration) {
  const share = (seconds) => `${(seconds / (duration || 1)) * 100}%`;
  const width = end === undefined ? "2px" : `max(3px, ${share(end - from)})`;
  return h("i", { class: `mark ${kind}`, title: label, style: { left: share(from), width } });
}
