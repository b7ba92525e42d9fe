// One file on its way to the server: in chunks, going on after lost connections, reloads and restarts.

import * as api from "./api.js";

const CHUNK = 8 * 1024 * 1024;
const KEY = "tingwu.uploads";
const MAX_WAIT_MS = 30_000;

const wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    }, { once: true });
  });

// Refusals that pass: signed out, too many at once, not ready, no room.
const PASSING = [401, 429, 503, 507];

// Whether `upload` may be called again after `error`; it then goes on from what the server has.
export const canGoOn = (error) => error instanceof api.ApiError && PASSING.includes(error.status);

// Sends `file` and hands it over; resolves to the job's id. `onProgress({ sent, total, waiting })` tells how it goes.
export async function upload(file, choices, onProgress, signal) {
  const id = await findOrCreate(file, choices);
  remember(file, id);
  try {
    await sendAll(file, id, onProgress, signal);
    onProgress({ sent: file.size, total: file.size, finishing: true });
    const { job_id: jobId } = await patiently(() => api.finishUpload(id, choices), onProgress, file.size, file, signal);
    // The record has done its work; the file itself now belongs to the job.
    abandon(file);
    return jobId;
  } catch (error) {
    if (!canGoOn(error)) abandon(file);
    throw error;
  }
}

// Forgets what was sent of `file`, here and on the server.
export function abandon(file) {
  const id = remembered()[fingerprint(file)];
  forget(file);
  if (id) api.discardUpload(id).catch(() => {});
}

// What the server would not do with the file is refused here, before anything is sent.
async function findOrCreate(file, choices) {
  const known = remembered()[fingerprint(file)];
  if (known) {
    const state = await api.uploadState(known).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
    if (state && state.size === file.size) return state.id;
  }
  return (await api.createUpload(file.name, file.size, choices)).id;
}

async function sendAll(file, id, onProgress, signal) {
  let offset = (await patiently(() => api.uploadState(id), onProgress, 0, file, signal)).offset;
  while (offset < file.size) {
    const from = offset;
    offset = await patiently(async (isRetry) => {
      // After a failure only the server knows how much arrived.
      const start = isRetry ? (await api.uploadState(id)).offset : from;
      if (start >= file.size) return start;
      const chunk = file.slice(start, start + CHUNK);
      const sum = await sha256(chunk);
      const told = (sent) => onProgress({ sent: Math.min(start + sent, file.size), total: file.size });
      return (await api.putChunk(id, start, chunk, sum, told, signal)).offset;
    }, onProgress, from, file, signal);
    onProgress({ sent: offset, total: file.size });
  }
}

// Tries again, more and more slowly, as long as the fault is the connection's and not the file's.
async function patiently(work, onProgress, sent, file, signal) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      signal.throwIfAborted();
      return await work(attempt > 0);
    } catch (error) {
      if (!isPassing(error)) throw error;
      onProgress({ sent, total: file.size, waiting: true });
      await wait(Math.min(MAX_WAIT_MS, 500 * 2 ** attempt), signal);
    }
  }
}

function isPassing(error) {
  if (error instanceof api.ConnectionLost) return true;
  if (!(error instanceof api.ApiError)) return false;
  // A gateway's refusal has no code of ours; our own refusals are final, except for two about one chunk.
  return error.code === "error" ? [429, 502, 503, 504].includes(error.status) : ["wrong_offset", "chunk_damaged"].includes(error.code);
}

// Browsers give this only on https and on this machine; without it the connection's own checksums must do.
async function sha256(chunk) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await chunk.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const fingerprint = (file) => `${file.name}|${file.size}|${file.lastModified}`;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(file, id) {
  localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [fingerprint(file)]: id }));
}

function forget(file) {
  const all = remembered();
  delete all[fingerprint(file)];
  localStorage.setItem(KEY, JSON.stringify(all));
}
