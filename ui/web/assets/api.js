// The server's routes as functions. Refusals become ApiError with the server's code and message.

import { language, t } from "./words.js";

export class ApiError extends Error {
  constructor(status, body) {
    super(status === 401 ? t("signed_out") : body.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "error";
    this.offset = body.offset;
  }
}

export class ConnectionLost extends Error {}

export async function call(method, path, body) {
  const headers = { "accept-language": language() };
  if (body !== undefined) headers["content-type"] = "application/json";
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw new ConnectionLost(t("offline"));
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const part = encodeURIComponent;

export const jobs = () => call("GET", "/api/jobs");
export const cancelJob = (id) => call("POST", `/api/jobs/${part(id)}/cancel`);
export const resumeJob = (id) => call("POST", `/api/jobs/${part(id)}/resume`);
export const deleteJob = (id) => call("DELETE", `/api/jobs/${part(id)}`);
export const recordings = () => call("GET", "/api/recordings");
export const recording = (id) => call("GET", `/api/recordings/${part(id)}`);
export const deleteRecording = (id) => call("DELETE", `/api/recordings/${part(id)}`);
export const writeNotes = (id) => call("POST", `/api/recordings/${part(id)}/notes`);
export const redo = (id, ranges) => call("POST", `/api/recordings/${part(id)}/redo`, { ranges });
export const undo = (id, { start, end, before, after }) => call("POST", `/api/recordings/${part(id)}/undo`, { start, end, before, after });
export const renameSpeaker = (id, speaker, name) => call("POST", `/api/recordings/${part(id)}/speakers/rename`, { speaker, name });
export const mergeSpeakers = (id, speaker, into) => call("POST", `/api/recordings/${part(id)}/speakers/merge`, { speaker, into });
export const acceptName = (id, speaker, name) => call("POST", `/api/recordings/${part(id)}/speakers/accept`, { speaker, name });
export const declineName = (id, speaker, name) => call("POST", `/api/recordings/${part(id)}/speakers/decline`, { speaker, name });
export const formats = () => call("GET", "/api/formats");
export const mediaAddress = (id) => `/api/recordings/${part(id)}/media`;
export const exportAddress = (id, format) => `/api/recordings/${part(id)}/export/${part(format)}`;

export const createUpload = (name, size, choices) => call("POST", "/api/uploads", { name, size, choices });
export const uploadState = (id) => call("GET", `/api/uploads/${part(id)}`);
export const finishUpload = (id, choices) => call("POST", `/api/uploads/${part(id)}/finish`, choices);
export const discardUpload = (id) => call("DELETE", `/api/uploads/${part(id)}`);

// fetch cannot tell how much of a body is sent, XMLHttpRequest can.
export function putChunk(id, offset, chunk, sha256, onSent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/uploads/${part(id)}?offset=${offset}`);
    request.setRequestHeader("accept-language", language());
    if (sha256) request.setRequestHeader("x-chunk-sha256", sha256);
    request.responseType = "json";
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () =>
      request.status < 300 ? resolve(request.response) : reject(new ApiError(request.status, request.response ?? {}));
    request.onerror = () => reject(new ConnectionLost(t("offline")));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(chunk);
  });
}
