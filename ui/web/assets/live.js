// The jobs as the server knows them, asked for again and again while the page is in sight.

import * as api from "./api.js";

const BUSY_MS = 1000;
const IDLE_MS = 5000;
const ACTIVE = new Set(["queued", "running"]);

export const isActive = (job) => ACTIVE.has(job.state);

// Calls `onJobs(jobs)` after every answer and `onError(error)` after every failure. Returns { now, stop }.
export function watchJobs(onJobs, onError) {
  let timer = 0;
  let stopped = false;
  let asking = false;

  async function ask() {
    clearTimeout(timer);
    if (stopped || asking || document.hidden) return;
    asking = true;
    let pause = IDLE_MS;
    try {
      const jobs = await api.jobs();
      if (!stopped) onJobs(jobs);
      if (jobs.some(isActive)) pause = BUSY_MS;
    } catch (error) {
      if (!stopped) onError(error);
    }
    asking = false;
    if (!stopped) timer = setTimeout(ask, pause);
  }

  document.addEventListener("visibilitychange", ask);
  ask();
  return {
    now: ask,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", ask);
    },
  };
}
