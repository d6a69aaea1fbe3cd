export type Child = Node | string | null | undefined | false;

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** Makes an element. Functions listen (`onclick`), false and null leave out, true is an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  put(element, ...children);
  return element;
}

/** Replaces what is in the element. */
export function put(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

let last = 0;

/** An id that no other element has. */
export function newId(prefix: string): string {
  return `${prefix}-${++last}`;
}

const shapes = {
  send: 'M3.2 10h10.4M9.4 5.2l4.8 4.8-4.8 4.8',
  copy: 'M8.5 7h7A1.5 1.5 0 0 1 17 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 15.5v-7A1.5 1.5 0 0 1 8.5 7zM4 13a1 1 0 0 1-1-1V4.5A1.5 1.5 0 0 1 4.5 3H12a1 1 0 0 1 1 1',
  check: 'M4 10.6 8.2 15 16 5.4',
  alert: 'M8.8 3.7a1.4 1.4 0 0 1 2.4 0l6 10.6a1.4 1.4 0 0 1-1.2 2.1H4a1.4 1.4 0 0 1-1.2-2.1zM10 7.6v3.6M10 13.7v.01',
  close: 'M5 5l10 10M15 5 5 15',
  trash: 'M4 5.8h12M8 5.6V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.6M5.4 5.8l.7 9.8a1.5 1.5 0 0 0 1.5 1.4h4.8a1.5 1.5 0 0 0 1.5-1.4l.7-9.8',
  key: 'M10.3 13a3.65 3.65 0 1 1-7.3 0 3.65 3.65 0 0 1 7.3 0zM9.3 10.5 16.8 3M13.3 6.5l2.9 2.9',
  chevron: 'M6 8l4 4 4-4',
  gauge: 'M3.4 14.6a7.3 7.3 0 1 1 13.2 0M10 11.6l3.2-4.1',
};

/** Decoration: what it means stands beside it. */
export function icon(name: keyof typeof shapes, className = ''): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const attributes = {
    viewBox: '0 0 20 20', width: '18', height: '18', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.6', 'stroke-linecap': 'round',
    'stroke-linejoin': 'round', 'aria-hidden': 'true', class: className,
  };
  for (const [attribute, value] of Object.entries(attributes)) svg.setAttribute(attribute, value);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}
