/**
 * Playing: the iteration runs, step by step at first and ever faster, for descent spends most of its steps near the end.
 */

import { LAST } from "./store.js";

const STEPS_A_SECOND = 8;
const GROWTH_A_SECOND = 0.9; // of the iteration, once that is faster
const LONGEST = 0.1; // seconds that a frame may count for, after a pause of the browser
const CALM = 0.5; // seconds between pictures for those who want little motion
const STILL = 1e-13; // of the gap at the start: nothing moves any more

/**
 * The iteration after `seconds` more of playing at `position`, a number that need not be whole.
 * @param {number} position
 * @param {number} seconds
 * @returns {number}
 */
function advance(position, seconds) {
  return Math.min(position + seconds * Math.max(STEPS_A_SECOND, GROWTH_A_SECOND * position), LAST);
}

/**
 * @param {ReturnType<typeof import("./store.js").createStore>} store
 * @param {(callback: FrameRequestCallback) => number} request
 * @param {() => boolean} calm whether the reader wants little motion
 * @returns {{toggle: () => void, stop: () => void, frame: (time: number) => void}}
 */
export function createPlayer(store, request, calm) {
  let position = 0;
  let before = 0;

  function stop() {
    if (store.get().playing) store.update({ playing: false });
  }

  function frame(time) {
    const now = store.get();
    if (!now.playing) return;
    const passed = before ? (time - before) / 1000 : 0;
    if (before && calm() && passed < CALM) return request(frame);
    const seconds = Math.min(passed, calm() ? CALM : LONGEST);
    before = time;
    if (Math.floor(position) !== now.k) position = now.k; // the reader moved the scrubber meanwhile
    position = advance(position, seconds);
    const k = Math.floor(position);
    const done = finished(now);
    if (k !== now.k || done) store.update(done ? { playing: false } : { k });
    if (!done) request(frame);
  }

  function toggle() {
    const now = store.get();
    if (now.playing) return stop();
    const k = finished(now) ? 0 : now.k;
    position = k;
    before = 0;
    store.update({ playing: true, k });
    request(frame);
  }

  return { toggle, stop, frame };
}

/** Whether there is nothing more to play. */
function finished(now) {
  if (now.k >= LAST || now.stopped) return true;
  return now.gap <= STILL * now.descent.gapAt(0);
}
