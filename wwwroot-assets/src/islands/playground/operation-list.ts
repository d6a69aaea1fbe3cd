import { h, newId, put } from '../dom';
import type { Texts } from '../island';
import type { Operation } from './openapi';

export function methodBadge(method: string): HTMLElement {
  return h('span', { class: `method method--${method.toLowerCase()}` }, method);
}

/** Whether every word of the search stands in the operation's method, path, id or summary. */
export function matches(operation: Operation, search: string): boolean {
  const text = `${operation.method} ${operation.path} ${operation.id} ${operation.summary} ${operation.tag}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

/** The operations of the API, by tag, with a search over them. */
export class OperationList {
  readonly element: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly list = h('nav', { class: 'play-list' });
  private readonly count = h('p', { class: 'unseen', role: 'status' });
  private operations: readonly Operation[] = [];
  private selected: string | null = null;

  constructor(private readonly t: Texts, private readonly chosen: (operation: Operation) => void) {
    const id = newId('search');
    this.list.setAttribute('aria-label', t('Operations.Title'));
    this.search = h('input', { id, type: 'search', class: 'input', placeholder: t('Operations.Search'), autocomplete: 'off', spellcheck: 'false', oninput: () => this.render() });
    this.element = h('div', { class: 'play-operations', onkeydown: (event: KeyboardEvent) => this.key(event) },
      h('div', { class: 'play-search' }, h('label', { for: id, class: 'unseen' }, t('Operations.Search')), this.search, h('kbd', { 'aria-hidden': 'true' }, '/')),
      this.count, this.list);
  }

  show(operations: readonly Operation[], selected: string | null): void {
    this.operations = operations;
    this.selected = selected;
    this.render();
  }

  focus(): void {
    this.search.focus();
    this.search.select();
  }

  private render(): void {
    const found = this.operations.filter(operation => matches(operation, this.search.value.trim()));
    this.count.textContent = this.search.value === '' ? '' : this.t('Operations.Found', found.length);
    if (found.length === 0) {
      put(this.list, h('p', { class: 'play-list__none' }, this.t('Operations.NoneFound')));
      return;
    }
    const tags = [...new Set(found.map(operation => operation.tag))];
    put(this.list, ...tags.flatMap(tag => [
      h('h2', { class: 'play-list__tag' }, tag),
      h('ul', {}, ...found.filter(operation => operation.tag === tag).map(operation => this.item(operation))),
    ]));
  }

  private item(operation: Operation): HTMLElement {
    return h('li', {}, h('a', {
      href: `playground?operation=${encodeURIComponent(operation.id)}`,
      class: 'play-list__item',
      'aria-current': operation.id === this.selected ? 'true' : null,
      onclick: (event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        event.stopPropagation();
        this.chosen(operation);
      },
    }, methodBadge(operation.method), h('span', { class: 'play-list__text' }, h('span', { class: 'play-list__summary' }, operation.summary), h('span', { class: 'play-list__path machine' }, operation.path))));
  }

  private key(event: KeyboardEvent): void {
    const links = [...this.list.querySelectorAll<HTMLAnchorElement>('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === 'ArrowUp' && at >= 0) (links[at - 1] ?? this.search).focus();
    else if (event.key === 'Enter' && event.target === this.search) links[0]?.click();
    else return;
    event.preventDefault();
  }
}
