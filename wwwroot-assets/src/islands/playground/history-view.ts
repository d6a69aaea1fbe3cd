import { h, icon, put } from '../dom';
import type { Texts } from '../island';
import type { History, Sent } from './history';
import { methodBadge } from './operation-list';

/** What was sent before: open again, delete, clear. */
export class HistoryView {
  readonly element = h('div', { class: 'play-history' });

  constructor(private readonly t: Texts, private readonly history: History, private readonly opened: (sent: Sent) => void) {}

  show(): void {
    const items = this.history.all;
    if (items.length === 0) {
      put(this.element, h('p', { class: 'play-list__none' }, this.t('History.Empty')));
      return;
    }
    put(this.element,
      h('ul', {}, ...items.map(item => this.row(item))),
      h('button', { type: 'button', class: 'button button--small button--quiet', onclick: () => this.clear() }, this.t('History.Clear')));
  }

  private row(item: Sent): HTMLElement {
    const at = new Date(item.at);
    const path = item.path.split('?')[0]!;
    return h('li', { class: 'play-history__row' },
      h('button', { type: 'button', class: 'play-list__item', onclick: () => this.opened(item) },
        methodBadge(item.draft.method),
        h('span', { class: 'play-list__text' },
          h('span', { class: 'play-list__path machine' }, path),
          h('span', { class: 'play-history__facts' },
            h('span', { class: `play-history__status play-history__status--${Math.floor(item.status / 100)}` }, item.status === 0 ? this.t('History.NoAnswer') : String(item.status)),
            h('time', { datetime: at.toISOString(), title: at.toISOString() }, at.toLocaleString(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })),
            item.keyName !== '' && h('span', {}, item.keyName)))),
      h('button', {
        type: 'button', class: 'button button--quiet button--icon button--small', 'aria-label': this.t('History.Delete', item.draft.method, path), title: this.t('History.Delete', item.draft.method, path),
        onclick: () => {
          this.history.remove(item.id);
          this.show();
          this.element.querySelector('button')?.focus();
        },
      }, icon('trash')));
  }

  private clear(): void {
    this.history.clear();
    this.show();
  }
}
