/** Elements are made here, and only here: attributes by name, text as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const known = new WeakMap();

/**
 * An HTML element. Properties that begin with "on" are listeners; strings and numbers among the children become text.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An SVG element, as `h`.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {any}
 */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else put(element, name, value);
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/**
 * Set attributes, touching the document only where a value is new. `null`, `undefined` and `false` remove.
 * @param {Element} element
 * @param {Record<string, any>} attributes
 */
export function set(element, attributes) {
  for (const name in attributes) put(element, name, attributes[name]);
}

function put(element, name, value) {
  let last = known.get(element);
  if (!last) known.set(element, (last = {}));
  if (last[name] === value) return;
  last[name] = value;
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Set the text, touching the document only where it is new.
 * @param {Element} element
 * @param {string | number} text
 */
export function say(element, text) {
  const value = String(text);
  if (element.textContent !== value) element.textContent = value;
}

/**
 * Keep exactly `count` children of `parent`, made by `make(i)` where they are missing; return them.
 * @param {Element} parent
 * @param {number} count
 * @param {(i: number) => Element} make
 * @returns {any[]}
 */
export function pool(parent, count, make) {
  while (parent.childElementCount > count) parent.lastElementChild?.remove();
  while (parent.childElementCount < count) parent.append(make(parent.childElementCount));
  return Array.from(parent.children);
}

let serial = 0;

/** A name for an element that another refers to. @param {string} stem @returns {string} */
export function fresh(stem) {
  serial += 1;
  return `${stem}-${serial}`;
}
