// The list of what is being worked on: uploads of this tab first, then the server's jobs.

import * as api from "./api.js";
import { fill, h, iconButton } from "./dom.js";
import { bytes, percent, roughly } from "./format.js";
import { toast } from "./notice.js";
import { has, say, t } from "./words.js";

export function jobList(onChange) {
  const uploadsBox = h("div", { class: "job-rows" });
  const jobsBox = h("div", { class: "job-rows" });
  const heading = h("h2", {}, t("jobs"));
  const element = h("section", { class: "jobs", hidden: true, "aria-live": "off" }, heading, uploadsBox, jobsBox);
  const rows = new Map();

  const refreshVisibility = () => {
    element.hidden = !uploadsBox.children.length && !jobsBox.children.length;
  };

  return {
    element,
    // A row for an upload: { update(progress), fail(message, onRetry), remove() }.
    addUpload(name, onCancel) {
      const row = uploadRow(name, onCancel);
      uploadsBox.append(row.element);
      refreshVisibility();
      return {
        ...row,
        remove() {
          row.element.remove();
          refreshVisibility();
        },
      };
    },
    show(jobs) {
      const open = jobs.filter((job) => job.state !== "done");
      for (const [id, row] of rows) {
        if (!open.some((job) => job.id === id)) {
          row.element.remove();
          rows.delete(id);
        }
      }
      open.forEach((job, index) => {
        if (!rows.has(job.id)) rows.set(job.id, jobRow(job, onChange));
        const row = rows.get(job.id);
        row.update(job);
        if (jobsBox.children[index] !== row.element) jobsBox.insertBefore(row.element, jobsBox.children[index] ?? null);
      });
      refreshVisibility();
    },
  };
}

function rowParts(name) {
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": "100" }, h("i"));
  const state = h("span", { class: "job-state" });
  const detail = h("span", { class: "job-detail" });
  const buttons = h("div", { class: "job-buttons" });
  const title = h("div", { class: "job-name", title: name }, name);
  const latest = h("div", { class: "job-latest", hidden: true });
  const text = h("div", { class: "job-text" }, title, h("div", { class: "job-line" }, state, detail), latest);
  const element = h("article", { class: "job" }, text, buttons, bar);
  return { element, bar, state, detail, latest, buttons };
}

function setBar(bar, share) {
  bar.classList.toggle("unknown", share === null);
  bar.firstChild.style.width = share === null ? "" : percent(share);
  if (share === null) bar.removeAttribute("aria-valuenow");
  else bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
}

function uploadRow(name, onCancel) {
  const parts = rowParts(name);
  parts.element.dataset.state = "running";
  fill(parts.state, t("uploading"));
  setBar(parts.bar, 0);
  const cancel = iconButton("close", t("cancel"), onCancel);
  fill(parts.buttons, cancel);
  return {
    element: parts.element,
    update({ sent, total, waiting, finishing }) {
      parts.element.dataset.state = waiting ? "interrupted" : "running";
      fill(parts.state, waiting ? t("upload_waiting") : finishing ? t("preparing") : t("uploading"));
      fill(parts.detail, `${percent(sent / total)} · ${bytes(sent)} / ${bytes(total)}`);
      setBar(parts.bar, finishing ? null : sent / total);
    },
    // With `onRetry` what was sent is kept, so the bar stays where it is.
    fail(text, onRetry = null) {
      parts.element.dataset.state = "failed";
      fill(parts.state, t("failed"));
      fill(parts.detail, text);
      if (!onRetry) {
        setBar(parts.bar, 0);
        return;
      }
      const again = h("button", { type: "button", class: "button small" }, t("retry"));
      again.addEventListener("click", () => {
        again.remove();
        cancel.focus();
        onRetry();
      });
      cancel.before(again);
    },
  };
}

function jobRow(job, onChange) {
  const parts = rowParts(job.name);
  let shown = "";

  const act = (work) => async (event) => {
    event.currentTarget.disabled = true;
    await work(job.id).catch((error) => toast(error.message));
    shown = "";
    onChange();
  };

  function buttonsFor(now) {
    const read = now.recording_id && h("a", { class: "button small", href: `#/r/${encodeURIComponent(now.recording_id)}` }, t("read_now"));
    if (now.state === "queued" || now.state === "running") return [read, iconButton("close", t("cancel"), act(api.cancelJob))];
    const again = now.state === "failed" ? t("retry") : t("resume");
    const resume = h("button", { type: "button", class: "button small", on: { click: act(api.resumeJob) } }, again);
    return [read, resume, iconButton("trash", t("remove"), act(api.deleteJob))];
  }

  return {
    element: parts.element,
    update(now) {
      parts.element.dataset.state = now.state;
      fill(parts.state, now.state === "running" && now.step ? stepName(now.step) : t(now.state));
      fill(parts.detail, details(now));
      parts.latest.hidden = !now.latest;
      fill(parts.latest, now.latest);
      setBar(parts.bar, now.state === "running" && !now.total ? null : share(now));
      const signature = `${now.state}|${now.recording_id}`;
      if (signature !== shown) fill(parts.buttons, buttonsFor(now));
      shown = signature;
    },
  };
}

const share = (job) => (job.total ? job.done / job.total : 0);
const stepName = (step) => (has(`step_${step}`) ? t(`step_${step}`) : step);

function details(job) {
  if (job.state === "failed") return job.error_message ? say(job.error_message) : "";
  if (job.state !== "running") return "";
  const parts = [];
  if (job.total) parts.push(percent(share(job)));
  if (job.speed) parts.push(t("speed", job.speed >= 10 ? Math.round(job.speed) : job.speed.toFixed(1)));
  if (job.seconds_left !== null && job.total) parts.push(t("left", roughly(job.seconds_left)));
  return parts.join(" · ");
}
