/** Predictions against targets, or residuals against predictions: how well the current parameters do, row by row. */

import { h, s, set } from "../app/dom.js";
import { choice } from "../app/fields.js";
import { count, number } from "../app/words.js";
import { predictions as predicted } from "../engine/figures.js";
import { dotsPath, spreadPath, STICKS, sticksPath } from "./dots.js";
import { Frame } from "./frame.js";
import { fittedDirections, spread } from "./partial.js";
import { span } from "./scales.js";
import { steady } from "./window.js";

const RIGHT = {
  residuals: "On the dashed line a prediction is right.",
  targets: "On the dashed diagonal a prediction equals its target.",
};
const CROWD = 60; // rows beyond which sticks step back

/** @param {any} store @param {any} tools */
function create(store, tools) {
  const frame = new Frame({ title: "Predictions of the current parameters" });
  const reference = s("path", { class: "line best" });
  const sticks = s("path", { class: "residuals sticks" });
  const dots = s("path", { class: "dots" });
  const ellipses = s("path", { class: "spread" });
  frame.plot.append(reference, sticks, ellipses, dots);
  const look = choice(
    "Show",
    [
      ["targets", "targets"],
      ["residuals", "residuals"],
    ],
    (against) => store.update({ against }),
  );
  let last = {};
  return {
    frame,
    options: h("div", { class: "options" }, look.element),
    draw(now) {
      look.show(undefined, now.against);
      const { sample } = now.data;
      const { fitted, residuals } = sample
        ? predicted(sample, now.theta, now.data.state.intercept)
        : { fitted: null, residuals: null };
      const residual = now.against === "residuals";
      const ys = residual ? residuals : (sample?.y ?? null);
      last = domainOf(now, fitted, ys, last, tools.held());
      const { target } = now.data.state;
      frame.lay(last.axes, {
        x: `prediction of ${target}`,
        y: residual ? "residual: target − prediction" : `${target}, the target`,
      });
      const { x, y } = frame;
      const [low, high] = frame.axes.x;
      const to = residual ? [0, 0] : [low, high];
      set(reference, { d: `M${x.at(low)},${y.at(to[0])}L${x.at(high)},${y.at(to[1])}` });
      set(dots, { d: sample ? dotsPath(x, y, fitted, ys) : "", class: sample?.y.length > 600 ? "dots many" : "dots" });
      set(sticks, {
        class: `residuals sticks${sample?.y.length > CROWD ? " many" : ""}`,
        d: sample ? sticksPath(x, y, fitted, ys, (i) => (residual ? 0 : fitted[i]), STICKS) : "",
      });
      const clouds = sample ? "" : cloudOf(now, residual);
      set(ellipses, { d: sample ? "" : spreadPath(x, y, clouds, 1) + spreadPath(x, y, clouds, 2) });
    },
    caption(now) {
      const { state, sample } = now.data;
      const rows = !sample
        ? "No rows came with this page: the ellipses hold their spread, one and two standard deviations wide."
        : sample.complete
          ? "All rows."
          : `${count(sample.y.length)} of ${count(state.rows)} rows.`;
      const sticks = sample?.y.length > STICKS ? ` Sticks for ${count(STICKS)} of them.` : "";
      return `${rows}${sticks} ${RIGHT[now.against]}`;
    },
    numbers(now) {
      const { r2, rmse } = tools.statistics(now);
      return [
        ["R²", number(r2)],
        ["RMSE", number(rmse)],
        ["rows", count(now.data.state.rows)],
      ];
    },
    table(now) {
      const { state, sample } = now.data;
      if (!sample)
        return {
          columns: ["figure", "value"],
          rows: [
            ["R²", number(tools.statistics(now).r2)],
            ["RMSE", number(tools.statistics(now).rmse)],
          ],
        };
      const { fitted, residuals } = predicted(sample, now.theta, state.intercept);
      return {
        columns: ["row", "prediction", state.target, "residual"],
        rows: Array.from(sample.y, (y, i) => [
          String(sample.rows?.[i] ?? i + 1),
          number(fitted[i]),
          number(y),
          number(residuals[i]),
        ]),
      };
    },
  };
}

function cloudOf(now, residual) {
  const { state } = now.data;
  const [a, b] = fittedDirections(state, now.theta);
  const target = residual ? b.map((value, i) => value - a[i]) : b;
  const cloud = spread(state, a, target);
  const level = state.intercept ? now.theta[0] : 0;
  cloud.mean[0] += level;
  if (residual) cloud.mean[1] -= level;
  return cloud;
}

/** Axes around the points, or around their spread. */
function domainOf(now, fitted, ys, last, held) {
  let xs = fitted;
  let heights = ys;
  if (!fitted) {
    const cloud = cloudOf(now, now.against === "residuals");
    xs = [-2.2, 2.2].map((times) => cloud.mean[0] + times * Math.sqrt(cloud.xx));
    heights = [-2.2, 2.2].map((times) => cloud.mean[1] + times * Math.sqrt(cloud.yy));
  }
  const tight =
    now.against === "residuals" ? { x: span(xs), y: span([0, ...heights]) } : both(span([...xs, ...heights]));
  const before = last.against === now.against && last.data === now.data.state.names ? last.axes : undefined;
  return { against: now.against, data: now.data.state.names, axes: steady(before, tight, held) };
}

function both(domain) {
  return { x: domain, y: domain };
}

export const predictions = { id: "predictions", title: "Predictions", create };
