/** What else a run is made of: scaling, momentum and the start, each as a field. */

import { h, say } from "./dom.js";
import { button, checkbox, numberField } from "./fields.js";
import { parameterNames } from "./words.js";

const INLINE = 2; // parameters whose fields stand open
const SHOWN = 12; // parameters of the start that have fields

/** @param {any} store @param {any} tools */
export function createOptions(store, tools) {
  const scale = checkbox("Standardise the features", (value) => {
    const share = store.get().rate / store.get().descent.rates.limit;
    store.update({ scale: value, k: 0, playing: false });
    store.update({ rate: Number((share * store.get().descent.rates.limit).toPrecision(3)) });
  });
  const momentum = numberField("Momentum β", {
    take: (value) => store.update({ momentum: value }),
    nudge: (value, steps) => Number(Math.max(0, Math.min(0.99, value + steps * 0.01)).toFixed(2)),
  });
  const starts = h("div", { class: "starts", role: "group", "aria-label": "Start" });
  const more = h("p", { class: "note" });
  const folded = h("details", { class: "more" }, h("summary", {}, "Start"));
  const home = button("Start at zero", () => tools.moveTo(new Float64Array(store.get().start.length)));
  const element = h("section", { class: "run-options", "aria-label": "Run" }, scale.element, momentum.element);
  let fields = [];
  let named = null;

  function rename(state) {
    named = state.names;
    const names = parameterNames(state);
    fields = names.slice(0, SHOWN).map((name, i) => startField(store, tools, name, i));
    say(more, names.length > SHOWN ? `The start has ${names.length} numbers; move the others in the pictures.` : "");
    starts.replaceChildren(
      h("span", { class: "soft" }, names.length > INLINE ? "" : "Start"),
      ...fields.map((field) => field.element),
      home,
      more,
    );
    const open = names.length <= INLINE;
    if (open) element.append(starts);
    else folded.append(starts);
    if (open) folded.remove();
    else element.append(folded);
  }

  return {
    element,
    place: "below", // the bar that stays in sight
    draw(now) {
      scale.show(now.scale);
      momentum.show(now.momentum);
      if (named !== now.data.state.names) rename(now.data.state);
      fields.forEach((field, i) => field.show(now.start[i]));
    },
  };
}

function startField(store, tools, name, i) {
  const take = (value) => {
    const start = Float64Array.from(store.get().start);
    start[i] = value;
    return tools.moveTo(start);
  };
  return numberField(name, {
    name: `${name} at the start`,
    take,
    nudge: (value, steps) => {
      const size = Math.abs(store.get().descent.limit[i] - value) || Math.abs(value) || 1;
      const unit = 10 ** Math.floor(Math.log10(size) - 1);
      return Number((value + steps * unit).toPrecision(12));
    },
  });
}
