/** What else a run is made of: scaling, momentum and the start, each as a field. */

import { h, pool } from "./dom.js";
import { button, checkbox, numberField } from "./fields.js";
import { parameterNames } from "./words.js";

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
  let fields = [];
  let named = null;
  const home = button("Start at zero", () => tools.moveTo(new Float64Array(store.get().start.length)));
  const more = h("p", { class: "note" });
  return {
    element: h("details", { class: "more" }, h("summary", {}, "Start, momentum, scaling"), h("div", { class: "row" }, scale.element, momentum.element, home), starts, more),
    draw(now) {
      scale.show(now.scale);
      momentum.show(now.momentum);
      const names = parameterNames(now.data.state);
      if (named !== now.data.state.names) {
        named = now.data.state.names;
        fields = names.slice(0, SHOWN).map((name, i) => startField(store, tools, name, i));
        starts.replaceChildren(...fields.map((field) => field.element));
        pool(more, 0, () => h("span"));
        more.textContent = names.length > SHOWN ? `The start has ${names.length} numbers; move the others in the pictures.` : "";
      }
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
  return numberField(`${name} at the start`, {
    take,
    nudge: (value, steps) => {
      const size = Math.abs(store.get().descent.limit[i] - value) || Math.abs(value) || 1;
      const unit = 10 ** Math.floor(Math.log10(size) - 1);
      return Number((value + steps * unit).toPrecision(12));
    },
  });
}
