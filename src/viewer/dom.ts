/** Elements, made one by one: words of the data become text nodes and attributes, never markup. */

/** Make an element. Attributes that are undefined are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 16 x 16. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", "aria-hidden": "true" }))
    svg.setAttribute(name, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** A button with a drawing in place of words. */
export function iconButton(label: string, path: string, onClick: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", "aria-label": label, title: label, class: "icon" }, icon(path));
  button.addEventListener("click", onClick);
  return button;
}

let count = 0;

/** An id that no other element has: two viewers may stand in one page, though each in its own shadow. */
export function newId(word: string): string {
  return `${word}-${++count}`;
}
