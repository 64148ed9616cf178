/**
 * The notebook widget: anywidget calls `render` once for every place in which the widget is shown.
 *
 * `payload` comes in. `learning_rate`, `step` and `parameters` go out a few times a second at most, never per frame; the
 * first two may be set by Python, or by the same widget in another place.
 */

import { mount } from "./app/explorer.js";
import { themeOf } from "./app/theme.js";

const PAUSE = 250; // milliseconds from a change to Python's being told, with all that has changed until then

/** @param {{model: any, el: HTMLElement}} context @returns {() => void} the clean-up */
function render({ model, el }) {
  /** @type {ReturnType<typeof mount> | undefined} */
  let explorer;
  let timer = 0;
  const host = el.ownerDocument.createElement("div");
  el.append(host);

  const tell = () => {
    timer = 0;
    const now = explorer?.state();
    if (!now) return;
    model.set({ learning_rate: now.rate, step: now.shown, parameters: Array.from(now.theta) });
    model.save_changes();
  };
  const changed = () => {
    timer ||= window.setTimeout(tell, PAUSE);
  };
  const asked = () => {
    const now = explorer?.state();
    if (!now) return;
    const [rate, k] = [model.get("learning_rate"), model.get("step")];
    if ((rate === null || rate === now.rate) && k === now.shown) return; // our own words come back
    if (explorer?.update({ rate: rate ?? now.rate, k, playing: false })) changed(); // refused: Python hears what is
  };
  const open = () => {
    explorer?.unmount();
    explorer = mount(host, model.get("payload"), { theme: themeOf(host), changed });
    changed();
  };
  open();
  model.on("change:payload", open);
  model.on("change:learning_rate change:step", asked);
  return () => {
    clearTimeout(timer);
    model.off("change:payload", open);
    model.off("change:learning_rate change:step", asked);
    explorer?.unmount();
    host.remove();
  };
}

export default { render };
