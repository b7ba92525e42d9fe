// Elements from data. The one place where text becomes page: always as text nodes, never as markup.

const SVG = "http://www.w3.org/2000/svg";

// h("button", { class: "chip", on: { click } }, "01:02") -> <button class="chip">01:02</button>
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) apply(element, name, value);
  append(element, children);
  return element;
}

function apply(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
  } else if (name === "data") {
    Object.assign(element.dataset, value);
  } else if (name === "style") {
    for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
  } else if (name === "href" || name === "src") {
    element.setAttribute(name, ownAddress(value));
  } else if (name in element && typeof value !== "string") {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

// Only addresses of this server: a link can never be `javascript:` or lead away.
function ownAddress(value) {
  if (!/^(#\/|\/(?!\/))/.test(value)) throw new Error("not an address of this server");
  return value;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

const PATHS = {
  upload: "M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  play: "M8 5.5v13l11-6.5z",
  pause: "M8 5v14M16 5v14",
  back: "M4 5v5h5M4.6 10A8 8 0 1 1 4 13.5",
  forward: "M20 5v5h-5M19.4 10a8 8 0 1 0 .6 3.5",
  left: "M15 5l-7 7 7 7",
  download: "M12 4v12m0 0 5-5m-5 5-5-5M4 20h16",
  trash: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  close: "M6 6l12 12M18 6L6 18",
  retry: "M20 4v6h-6M19.5 10A8 8 0 1 0 20 14",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  sun: "M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4.5 4.5",
  audio: "M5 10v4M9 6v12M13 9v6M17 4v16M21 10v4",
  video: "M4 6h11v12H4zM15 10l5-3v10l-5-3z",
  warning: "M12 4 2.8 20h18.4zM12 10v4m0 3v.01",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  arrow: "M5 12h14m-6-6 6 6-6 6",
  pencil: "M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3.5 3.5L8.5 19z",
  people: "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  check: "M5 12.5l4.5 4.5L19 7.5",
};

// drawing("path", { d: "M0 0h4" }) -> <path d="M0 0h4">
export function drawing(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function icon(name) {
  const svg = drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon icon-${name}` });
  svg.append(drawing("path", { d: PATHS[name] }));
  return svg;
}

// A button with a symbol only; its name is read out and shown as a tip.
export function iconButton(name, label, click, props = {}) {
  return h("button", { type: "button", class: "icon-button", title: label, "aria-label": label, on: { click }, ...props }, icon(name));
}
