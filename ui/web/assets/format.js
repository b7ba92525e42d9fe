// Numbers as people read them.

import { locale, t } from "./words.js";

// 3725.9 -> "1:02:05". Rounds down, so that a click lands before the word.
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

export function bytes(count) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let power = 0;
  let value = count;
  while (value >= 1024 && power < units.length - 1) {
    value /= 1024;
    power += 1;
  }
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

export function day(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(date);
}

// 95 -> "2 min": a guess should not look like a measurement.
export function roughly(seconds) {
  if (seconds < 50) return t("about_seconds", Math.max(1, Math.ceil(seconds / 5) * 5));
  if (seconds < 3300) return t("about_minutes", Math.ceil(seconds / 60));
  return t("about_hours", (seconds / 3600).toFixed(1));
}

// 95 -> "1 min 35 s": how long something lasted, as measured.
export function lasting(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  if (whole < 60) return t("last_seconds", whole);
  if (whole < 3600) return t("last_minutes", Math.floor(whole / 60), whole % 60);
  return t("last_hours", Math.floor(whole / 3600), Math.floor(whole / 60) % 60);
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function percent(share) {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
}
