/** The card of the tasks: a question, the reader's prediction, and then the answer, which the pictures show. */

import { fresh, h, say } from "./dom.js";
import { button, choice, parsed } from "./fields.js";
import { TASKS } from "./tasks.js";
import { number } from "./words.js";

const CLOSE = 1.25; // times too large or too small that still count as close

/** @param {any} store */
function create(store) {
  const pick = choice("Task", [], (task) => store.update({ task }));
  const question = h("p", { class: "question" });
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 12 });
  const typed = h("label", { class: "field" }, h("span", {}, "My prediction"), input);
  const choices = h("fieldset", { class: "choices" });
  const fault = h("p", { class: "fault", role: "alert" });
  const answer = h("p", { class: "answer", role: "status" });
  const reveal = button("Reveal", () => show(), "strong");
  let current = null;
  let asked = null;

  function said() {
    if (current.choices) {
      const checked = choices.querySelector("input:checked");
      return checked ? Number(checked.value) : null;
    }
    return parsed(input.value);
  }

  function show() {
    const prediction = said();
    say(
      fault,
      prediction === null
        ? current.choices
          ? "Choose one first."
          : "Write a number first: predicting is what makes it stay."
        : "",
    );
    if (prediction === null) return;
    const { answer: truth, text, shown } = current.reveal(store.get());
    const fault_ = store.update(shown);
    say(answer, fault_ || `${verdict(current, prediction, truth)} ${text}`);
  }

  input.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return {
    element: h(
      "div",
      { class: "stack" },
      pick.element,
      question,
      typed,
      choices,
      h("div", { class: "row" }, reveal),
      fault,
      answer,
    ),
    draw(now) {
      const fitting = TASKS.filter((task) => task.fits(now));
      const chosen = fitting.find((task) => task.id === now.task) ?? fitting[0];
      pick.show(
        fitting.map(({ id, title }) => [id, title]),
        chosen.id,
      );
      if (asked === now.data && current === chosen) return;
      current = chosen;
      asked = now.data;
      say(question, chosen.question(now));
      say(answer, "");
      say(fault, "");
      input.value = "";
      typed.hidden = Boolean(chosen.choices);
      choices.hidden = !chosen.choices;
      const name = fresh("choice");
      choices.replaceChildren(
        h("legend", {}, "My prediction"),
        ...(chosen.choices?.(now) ?? []).map((text, i) =>
          h("label", { class: "field check" }, h("input", { type: "radio", name, value: i }), h("span", {}, text)),
        ),
      );
    },
    caption: () => "Say what will happen, then see whether it does.",
  };
}

function verdict(task, prediction, truth) {
  if (task.choices) return prediction === truth ? "Right." : "Not so.";
  const ratio = prediction / truth;
  const said = `You said ${number(prediction)}.`;
  if (ratio > 0 && ratio < CLOSE && ratio > 1 / CLOSE) return `${said} Well predicted.`;
  return said;
}

export const predicting = { id: "tasks", title: "Predict, then reveal", create };
