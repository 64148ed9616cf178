/** The state in the address, after '#': written when it has come to rest, read strictly, as anybody may have written it. */

import { decode, encode } from "../engine/hash.js";

const REST = 300; // milliseconds without a change

/**
 * @param {any} store
 * @param {Window} place
 * @param {(words: string) => void} tell what is wrong with an address
 */
export function keepAddress(store, place, tell) {
  let timer = 0;
  let written = place.location.hash;

  function read() {
    const { ui, error } = decode(place.location.hash);
    const fault = error ?? fitting(ui, store.get()) ?? store.update(chosenOf(ui));
    tell(fault ? `${fault} It is ignored.` : "");
  }

  function write() {
    const now = store.get();
    if (now.playing) return wait();
    const text = now.data.own ? "" : `#${encode({ ...now, k: now.shown, camera: [now.camera.turn, now.camera.tilt] })}`;
    if (text === written) return;
    written = text;
    place.history.replaceState(null, "", text || place.location.pathname + place.location.search);
  }

  function wait() {
    place.clearTimeout(timer);
    timer = place.setTimeout(write, REST);
  }

  const changed = () => {
    if (place.location.hash === written) return;
    written = place.location.hash;
    read();
  };
  if (written) read();
  place.addEventListener("hashchange", changed);
  const unsubscribe = store.subscribe(wait);
  return () => {
    place.clearTimeout(timer);
    place.removeEventListener("hashchange", changed);
    unsubscribe();
  };
}

/** What in an address does not fit these data; null if all does. */
function fitting(ui, now) {
  const { k } = now.problem;
  const wrong =
    (ui.start && ui.start.length !== k) ||
    (ui.pair && (ui.pair.some((i) => i >= k) || (ui.pair[0] === ui.pair[1] && k > 1))) ||
    (ui.slice !== undefined && ui.slice >= k) ||
    (ui.feature !== undefined && ui.feature >= now.problem.p);
  return wrong ? "The address is of another table." : null;
}

function chosenOf({ view: _, start, camera, ...rest }) {
  return {
    ...rest,
    ...(start && { start: Float64Array.from(start) }),
    ...(camera && { camera: { turn: camera[0], tilt: camera[1] } }),
    playing: false,
  };
}
