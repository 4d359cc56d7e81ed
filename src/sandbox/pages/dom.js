const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Text becomes text nodes and nothing is ever parsed as markup, so what a customer writes stays words.
 * `on` holds listeners, `data` the dataset; null, false and undefined attributes and children are left out.
 */
export function h(tag, { on = {}, data = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (isThere(value)) element.setAttribute(name, value === true ? '' : value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  for (const [name, value] of Object.entries(data)) if (isThere(value)) element.dataset[name] = value;
  element.append(...children.flat().filter(isThere));
  return element;
}

/** One of the drawings at the top of the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** Sets a text only when it differs: selections survive, and screen readers hear of real changes. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const isThere = (value) => value !== null && value !== undefined && value !== false;
