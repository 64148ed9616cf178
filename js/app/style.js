/** The style sheet of an explorer, which lives in its shadow root. */

import cards from "../style/cards.css";
import controls from "../style/controls.css";
import ground from "../style/ground.css";
import pictures from "../style/pictures.css";
import places from "../style/places.css";

export const css = [ground, controls, cards, pictures, places].join("\n");
