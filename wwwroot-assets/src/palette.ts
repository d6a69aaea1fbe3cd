import './blazor';
import { items, recent, refresh, remember } from './palette-index';
import { find, type PaletteItem, type RankedGroup } from './palette-rank';
import { whenPresent } from './presence';

const optionId = (position: number) => `command-palette-option-${position}`;

function dialogOf(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('dialog#command-palette');
}

function part<T extends HTMLElement>(dialog: HTMLElement, selector: string): T {
  return dialog.querySelector<T>(selector)!;
}

/** A command presses a control of this page; where the page lacks it, there is no such command. */
function controlOf(item: PaletteItem): HTMLElement | null {
  return item.press === undefined ? null : document.querySelector<HTMLElement>(`[data-command="${CSS.escape(item.press)}"]`);
}

let shown: PaletteItem[] = [];
let current = 0;

function state(dialog: HTMLElement, name: 'loading' | 'none' | 'failed' | null): void {
  dialog.querySelectorAll<HTMLElement>('[data-palette-state]').forEach(element => {
    element.hidden = element.dataset['paletteState'] !== name;
  });
}

function optionOf(item: PaletteItem, position: number): HTMLElement {
  const option = document.createElement('div');
  option.id = optionId(position);
  option.className = 'palette__option';
  option.setAttribute('role', 'option');
  option.dataset['position'] = String(position);
  if (item.mark !== undefined) {
    const mark = document.createElement('span');
    mark.className = 'palette__mark';
    mark.dataset['mark'] = item.mark.toLowerCase();
    mark.textContent = item.mark;
    option.append(mark);
  }
  const title = document.createElement('span');
  title.className = 'palette__title';
  title.textContent = item.title;
  option.append(title);
  if (item.detail !== undefined) {
    const detail = document.createElement('span');
    detail.className = item.group === 'keys' || item.group === 'webhooks' || item.group === 'endpoints' ? 'palette__detail machine' : 'palette__detail';
    detail.textContent = item.detail;
    option.append(detail);
  }
  return option;
}

function groupOf(dialog: HTMLElement, group: RankedGroup, first: number): HTMLElement {
  const element = document.createElement('div');
  const heading = document.createElement('div');
  heading.className = 'palette__heading';
  heading.id = `command-palette-group-${group.name}`;
  heading.textContent = dialog.getAttribute(`data-text-${group.name}`);
  element.setAttribute('role', 'group');
  element.setAttribute('aria-labelledby', heading.id);
  element.append(heading, ...group.items.map((item, index) => optionOf(item, first + index)));
  return element;
}

function select(dialog: HTMLElement, position: number): void {
  const list = part(dialog, '[role=listbox]');
  const input = part(dialog, 'input');
  list.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
  current = shown.length === 0 ? 0 : (position + shown.length) % shown.length;
  const option = document.getElementById(optionId(current));
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
  if (option === null) input.removeAttribute('aria-activedescendant');
  else input.setAttribute('aria-activedescendant', option.id);
}

function announce(dialog: HTMLElement, query: string): void {
  const count = part(dialog, '[data-palette-count]');
  const text = shown.length === 1 ? dialog.dataset['textCountOne'] : dialog.dataset['textCount']?.replace('{0}', String(shown.length));
  count.textContent = query === '' ? '' : text ?? '';
}

function show(dialog: HTMLElement): void {
  const all = items();
  const input = part<HTMLInputElement>(dialog, 'input');
  const list = part(dialog, '[role=listbox]');
  if (all === undefined) return;
  const query = input.value.trim();
  const groups = find(all.filter(item => item.press === undefined || controlOf(item) !== null), query, recent());
  shown = groups.flatMap(group => group.items);
  let first = 0;
  list.replaceChildren(...groups.map(group => {
    const element = groupOf(dialog, group, first);
    first += group.items.length;
    return element;
  }));
  list.hidden = shown.length === 0;
  list.scrollTop = 0;
  input.setAttribute('aria-expanded', String(shown.length > 0));
  part(dialog, '.palette__none').textContent = dialog.dataset['textNone']?.replace('{0}', query) ?? '';
  state(dialog, shown.length === 0 ? 'none' : null);
  select(dialog, 0);
  announce(dialog, query);
}

async function load(dialog: HTMLDialogElement): Promise<void> {
  if (items() === undefined) state(dialog, 'loading');
  try {
    const changed = await refresh(dialog.dataset['index']!);
    if (changed && dialog.open) show(dialog);
  } catch (error) {
    console.warn('The palette has nothing new to search.', error);
    if (items() === undefined) state(dialog, 'failed');
  }
}

function open(dialog: HTMLDialogElement): void {
  // A popover would stay open behind it.
  document.querySelectorAll<HTMLElement>('.menu:popover-open').forEach(menu => menu.hidePopover());
  const input = part<HTMLInputElement>(dialog, 'input');
  input.value = '';
  dialog.showModal();
  input.focus();
  show(dialog);
  void load(dialog);
}

function run(dialog: HTMLDialogElement, item: PaletteItem | undefined, elsewhere: boolean): void {
  if (item === undefined) return;
  remember(item.id);
  dialog.close();
  const address = item.href === undefined ? undefined : new URL(item.href, document.baseURI).href;
  if (address === undefined) controlOf(item)?.click();
  else if (elsewhere) window.open(address, '_blank', 'noopener');
  else if (window.Blazor?.navigateTo) window.Blazor.navigateTo(address);
  else location.assign(address);
}

function onKey(dialog: HTMLDialogElement, event: KeyboardEvent): void {
  if (event.isComposing) return;
  if (event.key === 'ArrowDown') select(dialog, current + 1);
  else if (event.key === 'ArrowUp') select(dialog, current - 1);
  else if (event.key === 'PageDown') select(dialog, Math.min(current + 6, shown.length - 1));
  else if (event.key === 'PageUp') select(dialog, Math.max(current - 6, 0));
  else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) run(dialog, shown[current], event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
}

function listen(dialog: HTMLDialogElement): void {
  if (dialog.dataset['listening'] === 'yes') return;
  dialog.dataset['listening'] = 'yes';
  part(dialog, 'input').addEventListener('input', () => show(dialog));
  dialog.addEventListener('keydown', event => onKey(dialog, event));
  dialog.addEventListener('pointermove', event => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
    if (option !== null && option.getAttribute('aria-selected') !== 'true') select(dialog, Number(option.dataset['position']));
  });
  dialog.addEventListener('click', event => {
    if (!(event.target instanceof Element)) return;
    const option = event.target.closest<HTMLElement>('[role=option]');
    if (option !== null) run(dialog, shown[Number(option.dataset['position'])], event.ctrlKey || event.metaKey);
    else if (event.target === dialog || event.target.closest('[data-palette-close]')) dialog.close();
    else if (event.target.closest('[data-palette-retry]')) void load(dialog);
  });
}

/** Ctrl K or ⌘ K, and every `[data-palette-open]`, open the palette; it filters an index that is fetched once. */
export function startPalette(): void {
  const isApple = /mac|iphone|ipad/i.test(navigator.platform);
  whenPresent<HTMLDialogElement>('dialog#command-palette', listen);
  whenPresent<HTMLElement>('kbd[data-shortcut]', key => {
    const text = `${isApple ? '⌘' : 'Ctrl'} ${key.dataset['shortcut']}`;
    if (key.textContent !== text) key.textContent = text;
  });
  document.addEventListener('keydown', event => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const dialog = dialogOf();
    if (dialog === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (dialog.open) dialog.close();
    else open(dialog);
  }, true);
  document.addEventListener('click', event => {
    const dialog = event.target instanceof Element && event.target.closest('[data-palette-open]') ? dialogOf() : null;
    if (dialog !== null && !dialog.open) open(dialog);
  });
}
