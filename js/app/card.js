/**
 * What stands around a picture: heading, a sentence, its numbers, its table and its export. A card is drawn once at its
 * size, and then only while it is on screen.
 */

import { fresh, h, say, set } from "./dom.js";
import { download, pngBlob, svgText } from "./exporting.js";
import { button } from "./fields.js";
import { drawNumbers, drawTable } from "./table.js";

/**
 * @param {{id: string, title: string, create: (store: any, tools: any) => any}} view
 * @param {any} store
 * @param {any} tools
 * @param {any} payload
 */
export function createCard(view, store, tools, payload) {
  const made = view.create(store, tools, payload);
  const name = fresh("card");
  const caption = h("p", { class: "caption" });
  const numbers = h("dl", { class: "numbers" });
  const table = h("div", { class: "table", tabindex: 0, role: "region", "aria-label": `${view.title}: data` });
  const disclosure = h("details", { class: "data-table" }, h("summary", {}, "Data table"), table);
  const absent = h("p", { class: "absent" });
  const picture = made.frame?.element ?? made.element;
  const body = h("div", { class: "body" }, picture, made.legend, numbers);
  const foot = h("div", { class: "foot" }, made.table && disclosure, made.frame && exportsOf(view, made.frame));
  const element = h(
    "article",
    { class: "card", "aria-labelledby": name, "data-view": view.id },
    h("header", {}, h("h3", { id: name }, view.title), caption, absent),
    made.options ?? h("div", {}),
    body,
    foot,
  );

  let visible = false;
  let stale = true;
  const draw = (now, anyway = false) => {
    stale = !visible && !anyway;
    if (stale) return;
    const why = made.missing?.(now) ?? "";
    say(absent, why);
    for (const part of [caption, body, foot]) part.hidden = why !== "";
    absent.hidden = why === "";
    if (made.options) made.options.hidden = why !== "";
    if (why) return;
    made.draw(now);
    say(caption, made.caption(now));
    drawNumbers(numbers, made.numbers?.(now) ?? []);
    if (disclosure.open && !now.playing) drawTable(table, made.table(now));
  };
  disclosure.addEventListener("toggle", () => draw(store.get()));

  const size = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width && made.frame.resize(entry.contentRect.width)) draw(store.get(), true);
  });
  if (made.frame) size.observe(picture);
  else draw(store.get(), true);
  const sight = new IntersectionObserver(
    ([entry]) => {
      visible = entry.isIntersecting;
      if (visible && stale) draw(store.get());
    },
    { rootMargin: "80px" },
  );
  sight.observe(element);
  return {
    element,
    draw,
    accept: made.accept,
    unmount() {
      size.disconnect();
      sight.disconnect();
      made.unmount?.();
    },
  };
}

function exportsOf(view, frame) {
  const status = h("span", { class: "status", role: "status" });
  const save = async (kind) => {
    const blob = kind === "png" ? await pngBlob(frame.svg) : new Blob([svgText(frame.svg)], { type: "image/svg+xml" });
    download(blob, `slopewise-${view.id}.${kind}`);
    say(status, `${kind.toUpperCase()} saved`);
  };
  const one = (kind) => {
    const element = button(kind.toUpperCase(), () => save(kind), "small");
    set(element, { "aria-label": `Save ${view.title} as ${kind.toUpperCase()}`, "data-export": kind });
    return element;
  };
  return h("div", { class: "exports" }, status, one("png"), one("svg"));
}
