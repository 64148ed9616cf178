/** The learning rate: a logarithmic slider whose track says where descent glides, swings and diverges on these data. */

import { h, s, say, set } from "./dom.js";
import { numberField, slider } from "./fields.js";
import { markOf } from "../views/handle.js";
import { number } from "./words.js";

const BELOW = 3; // powers of ten below the limit that the slider reaches
const ABOVE = 0.6;
const FINE = 0.01; // of a power of ten, for an arrow key

const MARKS = [
  { key: "one", text: "1/λmax", heavy: "1/λmax", mark: "circle", title: "the strongest mode is gone in one step" },
  {
    key: "best",
    text: "2/(λmin + λmax)",
    heavy: "2(1 + β)/(λmin + λmax)",
    mark: "diamond",
    title: "the fastest constant rate",
  },
  { key: "limit", text: "2/λmax", heavy: "2(1 + β)/λmax", mark: "square", title: "from here on descent diverges" },
];

/** @param {any} store */
export function createRating(store) {
  const limit = () => store.get().descent.rates.limit;
  const take = (rate) => store.update({ rate });
  const bar = slider("Learning rate α", {
    take: (rate) => take(Number(rate.toPrecision(4))),
    value: (position) => limit() * 10 ** (position * (BELOW + ABOVE) - BELOW),
    position: (rate) => positionOf(rate, limit()),
    nudge: (rate, steps) => rate * 10 ** (FINE * steps),
    text: (rate) => number(rate),
  });
  const field = numberField("α", {
    name: "Learning rate α",
    take,
    nudge: (rate, steps) => Number((rate * 10 ** (FINE * steps)).toPrecision(4)),
  });
  const ticks = MARKS.map(({ mark }) =>
    s(
      "svg",
      { class: `tick ${mark}`, viewBox: "-7 -7 14 14", width: 14, height: 14, "aria-hidden": "true" },
      markOf(mark, 4),
    ),
  );
  const track = h(
    "div",
    { class: "track", "aria-hidden": "true" },
    ...["glides", "swings", "grows"].map((zone) => h("span", { class: zone })),
    ...ticks,
  );
  const buttons = MARKS.map(({ key, text, heavy, mark, title }) => {
    const label = h("span", {});
    const value = h("b", {});
    const element = h(
      "button",
      { type: "button", class: "mark", title, onclick: () => take(store.get().descent.rates[key]) },
      s(
        "svg",
        { class: `key ${mark}`, viewBox: "-7 -7 14 14", width: 12, height: 12, "aria-hidden": "true" },
        markOf(mark, 4),
      ),
      label,
      value,
    );
    return { element, label, value, key, text, heavy };
  });
  const sentence = h("p", { class: "sentence", "aria-live": "polite" });
  const element = h(
    "section",
    { class: "rating", "aria-label": "Learning rate" },
    h("div", { class: "slide rate" }, track, bar.element),
    field.element,
    h("div", { class: "marks" }, ...buttons.map((one) => one.element)),
    sentence,
  );
  return {
    element,
    place: "bar",
    draw(now) {
      const { rates } = now.descent;
      set(track, {
        style: `--one: ${positionOf(rates.one, rates.limit)}; --limit: ${positionOf(rates.limit, rates.limit)}`,
      });
      MARKS.forEach(({ key }, i) => set(ticks[i], { style: `--at: ${positionOf(rates[key], rates.limit)}` }));
      buttons.forEach(({ element: one, label, value, key, text, heavy }) => {
        say(label, now.momentum ? heavy : text);
        say(value, number(rates[key], 4));
        set(one, { "aria-pressed": String(now.rate === rates[key]) });
      });
      bar.show(now.rate);
      field.show(now.rate);
      set(sentence, { class: `sentence ${now.descent.status.replace(" ", "-")}` });
      say(sentence, now.descent.sentence);
    },
  };
}

function positionOf(rate, limit) {
  return (Math.log10(rate / limit) + BELOW) / (BELOW + ABOVE);
}
