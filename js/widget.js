/**
 * The notebook widget: anywidget calls `render` once for every place in which the widget is shown.
 *
 * `payload` comes in; `learning_rate`, `step` and `parameters` go out when the state has come to rest, never per frame.
 */

import { mount } from "./app/explorer.js";
import { themeOf } from "./app/theme.js";

const REST = 250; // milliseconds without a change after which Python is told

/** @param {{model: any, el: HTMLElement}} context @returns {() => void} the clean-up */
function render({ model, el }) {
  /** @type {ReturnType<typeof mount> | undefined} */
  let explorer;
  let timer = 0;
  const host = el.ownerDocument.createElement("div");
  el.append(host);

  const tell = () => {
    const now = explorer?.state();
    if (!now) return;
    model.set("learning_rate", now.rate);
    model.set("step", now.k);
    model.set("parameters", Array.from(now.theta));
    model.save_changes();
  };
  const changed = () => {
    clearTimeout(timer);
    timer = window.setTimeout(tell, REST);
  };
  const open = () => {
    explorer?.unmount();
    explorer = mount(host, model.get("payload"), { theme: themeOf(host), changed });
  };
  open();
  model.on("change:payload", open);
  return () => {
    clearTimeout(timer);
    model.off("change:payload", open);
    explorer?.unmount();
    host.remove();
  };
}

export default { render };
