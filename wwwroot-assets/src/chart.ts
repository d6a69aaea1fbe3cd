import './blazor';

/** Everything that a chart's pointer and keys need: its plot, the table with its numbers, and where it is being dragged. */
interface Reading {
  plot: HTMLElement;
  figure: HTMLElement;
  rows: HTMLTableRowElement[];
}

const spans = new WeakMap<HTMLElement, { start: number; end: number }>();
let dragged: HTMLElement | null = null;
// Reading the layout after each change of it would cost more than all the rest.
let measured: { plot: HTMLElement; left: number; width: number } | null = null;
let shown: { plot: HTMLElement; index: number } | null = null;

function readingOf(target: EventTarget | null): Reading | null {
  const plot = target instanceof Element ? target.closest<HTMLElement>('[data-chart]') : null;
  const figure = plot?.closest<HTMLElement>('figure');
  if (!plot || !figure) return null;
  const rows = [...figure.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  return rows.length === 0 ? null : { plot, figure, rows };
}

function indexAt({ plot, rows }: Reading, clientX: number): number {
  if (measured?.plot !== plot) {
    const { left, width } = plot.getBoundingClientRect();
    measured = { plot, left, width };
  }
  const share = (clientX - measured.left) / measured.width;
  return Math.min(rows.length - 1, Math.max(0, Math.floor(share * rows.length)));
}

function part(plot: HTMLElement, name: string): HTMLElement | null {
  return plot.querySelector<HTMLElement>(`[data-chart-${name}]`);
}

function line(className: string, ...texts: string[]): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  for (const text of texts) {
    const span = document.createElement('span');
    span.textContent = text;
    element.append(span);
  }
  return element;
}

/** The table is the one source of the numbers: what is read aloud, shown on hover and kept for those who see no chart. */
function show(reading: Reading, index: number): void {
  const { plot, figure, rows } = reading;
  const row = rows[index];
  const cursor = part(plot, 'cursor');
  const readout = part(plot, 'readout');
  if (!row || !cursor || !readout) return;
  const heads = [...figure.querySelectorAll<HTMLElement>('thead th')].slice(1);
  const values = [...row.querySelectorAll('td')].map(cell => cell.textContent?.trim() ?? '');
  const title = row.querySelector('th')?.textContent?.trim() ?? '';
  const lines = heads.map((head, at) => line(`chart__reading ${head.dataset['tone'] ?? ''}`, head.textContent?.trim() ?? '', values[at] ?? ''));
  readout.replaceChildren(line('chart__when', title), ...lines);
  const share = (index + 0.5) / rows.length;
  cursor.style.left = `${share * 100}%`;
  readout.style.left = share > 0.5 ? 'auto' : `${share * 100}%`;
  readout.style.right = share > 0.5 ? `${(1 - share) * 100}%` : 'auto';
  cursor.hidden = readout.hidden = false;
  plot.setAttribute('aria-valuenow', String(index));
  plot.setAttribute('aria-valuetext', [title, ...heads.map((head, at) => `${head.textContent?.trim() ?? ''} ${values[at] ?? ''}`)].join(', '));
}

function hide(plot: HTMLElement): void {
  for (const name of ['cursor', 'readout', 'span']) {
    const element = part(plot, name);
    if (element) element.hidden = true;
  }
  spans.delete(plot);
  forget();
}

function forget(): void {
  measured = shown = null;
}

function mark(reading: Reading, start: number, end: number): void {
  const element = part(reading.plot, 'span');
  if (!element) return;
  const [from, to] = start < end ? [start, end] : [end, start];
  spans.set(reading.plot, { start, end });
  element.style.left = `${(from / reading.rows.length) * 100}%`;
  element.style.width = `${((to - from + 1) / reading.rows.length) * 100}%`;
  element.hidden = false;
}

/** The span becomes part of the address; the page reads it from there. */
function choose(reading: Reading): void {
  const span = spans.get(reading.plot);
  const { brushFrom, brushTo, brushDrops } = reading.figure.dataset;
  if (!span || !brushFrom || !brushTo) return;
  const from = reading.rows[Math.min(span.start, span.end)]?.dataset['from'];
  const to = reading.rows[Math.max(span.start, span.end)]?.dataset['to'];
  hide(reading.plot);
  if (!from || !to) return;
  const address = new URL(location.href);
  for (const name of (brushDrops ?? '').split(',')) address.searchParams.delete(name);
  address.searchParams.set(brushFrom, from);
  address.searchParams.set(brushTo, to);
  window.Blazor?.navigateTo?.(address.href);
}

function canBrush(plot: HTMLElement): boolean {
  return plot.dataset['chart'] === 'brush';
}

function onKey(event: KeyboardEvent): void {
  const reading = readingOf(event.target);
  if (reading === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const { plot, rows } = reading;
  const at = Number(plot.getAttribute('aria-valuenow'));
  const last = rows.length - 1;
  const steps: Record<string, number> = {
    ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: last,
  };
  const wanted = steps[event.key];
  if (wanted !== undefined) {
    const index = Math.min(last, Math.max(0, wanted));
    if (event.shiftKey && canBrush(plot)) mark(reading, spans.get(plot)?.start ?? at, index);
    else hide(plot);
    show(reading, index);
  } else if (event.key === 'Enter' && spans.has(plot)) choose(reading);
  else if (event.key === 'Escape' && part(plot, 'readout')?.hidden === false) hide(plot);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Pointer and keys of every chart on the page. Nothing of it waits for the server, so it keeps up with the pointer. */
export function startCharts(): void {
  document.addEventListener('pointermove', event => {
    const reading = readingOf(dragged ?? event.target);
    if (reading === null) return;
    const index = indexAt(reading, event.clientX);
    if (shown?.plot === reading.plot && shown.index === index) return;
    shown = { plot: reading.plot, index };
    const span = dragged === null ? undefined : spans.get(dragged);
    if (span) mark(reading, span.start, index);
    show(reading, index);
  });

  document.addEventListener('pointerdown', event => {
    const reading = event.button === 0 ? readingOf(event.target) : null;
    if (reading === null || !canBrush(reading.plot)) return;
    dragged = reading.plot;
    const index = indexAt(reading, event.clientX);
    spans.set(dragged, { start: index, end: index });
    dragged.setPointerCapture(event.pointerId);
  });

  document.addEventListener('pointerup', () => {
    const plot = dragged;
    const reading = readingOf(plot);
    dragged = null;
    if (plot === null || reading === null) return;
    const span = spans.get(plot);
    // A click that went nowhere is no choice.
    if (span && span.start !== span.end) choose(reading);
    else spans.delete(plot);
  });

  document.addEventListener('pointercancel', () => {
    if (dragged) hide(dragged);
    dragged = null;
  });

  document.addEventListener('pointerout', event => {
    const plot = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-chart]') : null;
    const inside = event.relatedTarget instanceof Node && plot?.contains(event.relatedTarget);
    if (plot && !inside && dragged === null) hide(plot);
  });

  document.addEventListener('scroll', forget, { capture: true, passive: true });
  window.addEventListener('resize', forget);
  document.addEventListener('keydown', onKey);
  document.addEventListener('focusout', event => {
    const plot = event.target instanceof HTMLElement && event.target.matches('[data-chart]') ? event.target : null;
    if (plot && dragged === null) hide(plot);
  });
}
