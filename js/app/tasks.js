/**
 * Predict, then reveal: what is asked, what the answer is on the data at hand, and what the page then shows.
 *
 * Every figure is worked out from the data, so that the tasks hold for the reader's own table; on the lesson's tables
 * they are the lesson's figures.
 */

import { sectionOf } from "../engine/contours.js";
import { makeDescent } from "../engine/descent.js";
import { count, factor, number, parameterNames, plural } from "./words.js";

/**
 * @typedef {object} Task
 * @property {string} id
 * @property {string} title
 * @property {(now: any) => boolean} fits whether it can be asked of these data
 * @property {(now: any) => string} question
 * @property {(now: any) => string[]} [choices] answers to choose from; a number is asked for if there are none
 * @property {(now: any) => {answer: number, text: string, shown: object}} reveal `answer`: the number, or which choice;
 *   `shown`: what the explorer is set to
 */

const text = (...pieces) => pieces.join(" ");
const zeros = (now) => new Float64Array(now.problem.k);
const round = (value, digits) => Number(value.toPrecision(digits));
const run = (problem, now, rate) => makeDescent(problem, { start: zeros(now), rate });
const at = (now, rate, k, more = {}) => ({
  start: zeros(now),
  rate,
  k,
  momentum: 0,
  scale: false,
  playing: false,
  ...more,
});

/** The lesson's rates, as parts of the limit: far below it, the best, and just below. */
function three(now) {
  const { best, limit } = now.plain.rates;
  const near = round(limit * 0.9998, 4);
  return [round(limit / 58, 1), best, near < limit ? near : limit * 0.9998];
}

function steps(descent) {
  const arrival = descent.iterationsTo(1e-6);
  return arrival === null ? "no number of steps" : plural(arrival, "step");
}

const threshold = {
  id: "threshold",
  title: "Where does descent stop diverging?",
  fits: () => true,
  question(now) {
    const rate = round(now.plain.rates.limit * 1.37, 1);
    return text(
      `At α = ${number(rate)} the cost grows with every step. How small must α be for descent to converge on these data?`,
      "Write down the largest rate that you would trust.",
    );
  },
  reveal(now) {
    const { limit } = now.plain.rates;
    const rate = round(limit * 1.37, 1);
    const descent = run(now.plain, now, rate);
    const told = text(
      `Below 2/λmax = ${number(limit, 4)}. The strongest mode is multiplied by 1 − αλmax in every step, and that must`,
      `stay inside of ±1. At α = ${number(rate)} a step multiplies the cost by ${factor(descent.factorPerStep)}:`,
      `ten steps make it ${number(descent.costAt(10), 3)}, as shown now.`,
    );
    return { answer: limit, text: told, shown: at(now, rate, 10) };
  },
};

const patience = {
  id: "patience",
  title: "Why are 1000 steps not the optimum?",
  fits: (now) => now.plain.condition > 2,
  question(now) {
    const rate = number(round(now.plain.rates.limit * 0.6, 1));
    return `From zero, at α = ${rate}: how many steps until the cost above the optimum is a millionth of what it was?`;
  },
  reveal(now) {
    const rate = round(now.plain.rates.limit * 0.6, 1);
    const descent = run(now.plain, now, rate);
    const slowest = descent.slowestIterationsTo(1e-6);
    const told = text(
      `After ${steps(descent)}. A thousand give J = ${number(descent.costAt(1000), 5)}, where the least is`,
      `${number(now.plain.minimum, 4)}: κ = ${number(now.plain.condition, 3)}, so a rate that the steepest direction bears`,
      `is tiny for the flattest, whose error takes ${count(slowest)} steps to shrink to a millionth.`,
    );
    return { answer: descent.iterationsTo(1e-6) ?? Infinity, text: told, shown: at(now, rate, 1000) };
  },
};

const faster = {
  id: "faster",
  title: "Is a larger rate always faster?",
  fits: (now) => now.plain.condition > 2,
  question: () => "Which of these rates brings the cost to a millionth above the optimum first?",
  choices: (now) => three(now).map((rate) => `α = ${number(rate, 4)}`),
  reveal(now) {
    const rates = three(now);
    const told = rates.map((rate) => {
      const descent = run(now.plain, now, rate);
      const slowest = count(descent.slowestIterationsTo(1e-6));
      return `α = ${number(rate, 4)} takes ${steps(descent)} (its slowest mode ${slowest})`;
    });
    const words = text(
      `The second, 2/(λmin + λmax): ${told.join("; ")}. Beyond the best rate the strongest mode swings from side to side,`,
      "the longer the nearer α is to the limit.",
    );
    return { answer: 1, text: words, shown: at(now, rates[1], 0) };
  },
};

const height = {
  id: "height",
  title: "How high is the cost there?",
  fits: (now) => now.problem.p === 1 && now.problem.intercept && now.plain.rank === 2,
  question(now) {
    const [w, b] = place(now);
    return `What is J at w = ${number(w, 4)} and b = ${number(b, 4)}? Take half the mean of the squared residuals.`;
  },
  reveal(now) {
    const [w, b] = place(now);
    const theta = Float64Array.of(b, w);
    const section = sectionOf(now.plain, 1, 0);
    const slope = now.plain.gradient(theta)[1];
    const told = text(
      `J = ${number(section.cost(w, b), 6)}. Along w its slope there is ${number(slope, 4)}; at w = ${number(2 * w, 4)} it is`,
      `0, and at ${number(3 * w, 4)} it is ${number(-slope, 4)}: a parabola, the same on both sides.`,
    );
    return { answer: section.cost(w, b), text: told, shown: at(now, now.rate, 0, { start: theta, slice: 1 }) };
  },
};

/** Half of the best slope, with the best intercept. */
function place(now) {
  return [now.plain.optimum[1] / 2, now.plain.optimum[0]].map((value) => round(value, 12));
}

const units = {
  id: "units",
  title: "What do the units of the features cost?",
  fits: (now) => now.problem.k > 1 && now.scaled.condition < now.plain.condition,
  question(now) {
    return text(
      `The condition number is ${number(now.plain.condition, 3)}, so descent needs a number of steps of that order.`,
      "What is it once every feature is standardised?",
    );
  },
  reveal(now) {
    const { limit } = now.scaled.rates;
    const rate = round(limit * 0.75, 1);
    const descent = run(now.scaled, now, rate);
    const told = text(
      `${number(now.scaled.condition, 3)}. The rate may then be up to ${number(limit, 3)}, and α = ${number(rate)} reaches`,
      `J = ${number(descent.costAt(10), 2)} in ten steps, as shown now. Nothing but the units of the features has changed.`,
    );
    return { answer: now.scaled.condition, text: told, shown: at(now, rate, 10, { scale: true }) };
  },
};

const many = {
  id: "many",
  title: "Which fit does descent find?",
  fits: (now) => now.plain.rank < now.plain.k,
  question: (now) =>
    text(
      `${plural(now.data.state.rows, "row")} and ${count(now.plain.k)} parameters, of which ${count(now.plain.rank)} can be`,
      "told apart. How many settings of the parameters fit best?",
    ),
  choices: () => ["one", "a few", "infinitely many"],
  reveal(now) {
    const limit = now.plain.nearest(zeros(now));
    const names = parameterNames(now.data.state);
    const told = names.slice(0, 8).map((name, i) => `${name} = ${number(limit[i], 4)}`);
    const words = text(
      "Infinitely many: along some directions the cost is flat, and descent never moves there.",
      `From zero it finds the one nearest to zero: ${told.join(", ")}.`,
    );
    return { answer: 2, text: words, shown: at(now, now.plain.rates.best, 1e9) };
  },
};

/** @type {Task[]} */
export const TASKS = [threshold, patience, faster, height, units, many];
