import { h, icon, put } from '../dom';
import type { Texts } from '../island';
import { prose } from './form-view';
import type { Operation } from './openapi';
import { methodBadge } from './operation-list';

/** The first sentence of a description is the summary again, and its last names the scope, which stands beside it. */
function descriptionOf(operation: Operation): string {
  return operation.description.split('\n\n').slice(1).filter(part => !part.includes('scope `')).join(' ');
}

/** What is about to be sent: method and path, what it does, which scope it needs; and the button that sends. */
export class TitleView {
  readonly element = h('div', { class: 'play-title' });
  readonly sendButton: HTMLButtonElement;
  private readonly path = h('code', { class: 'play-address__path' });

  constructor(private readonly t: Texts, send: () => void) {
    this.sendButton = h('button', { type: 'button', class: 'button button--primary play-send', onclick: send });
  }

  /** @param lackingKey The name of the chosen key where it lacks the scope. */
  show(operation: Operation | undefined, method: string, isLive: boolean, lackingKey: string | undefined): void {
    const { t } = this;
    put(this.element,
      h('div', { class: 'play-title__line' }, h('div', { class: 'play-address' }, methodBadge(operation?.method ?? method), this.path), this.sendButton),
      h('h2', { tabindex: '-1' }, operation?.summary ?? t('Request.Custom')),
      operation !== undefined && h('p', { class: 'play-title__text' }, ...prose(descriptionOf(operation))),
      operation !== undefined && h('p', { class: 'play-title__facts' },
        ...operation.scopes.slice(0, 1).map(scope => h('span', { class: 'play-chip machine' }, scope)),
        h('a', { href: `reference#tag/${operation.tag.toLowerCase().replaceAll(' ', '-')}/${encodeURIComponent(operation.id)}` }, t('Request.Reference'))),
      operation !== undefined && lackingKey !== undefined && h('p', { class: 'notice notice--warning' }, icon('alert'), t('Request.LacksScope', lackingKey, operation.scopes[0]!)));
    put(this.sendButton, t(isLive ? 'Request.SendLive' : 'Request.Send'), icon('send'), h('kbd', { 'aria-hidden': 'true' }, /mac/i.test(navigator.platform) ? '⌘↵' : 'Ctrl ↵'));
  }

  /** Placeholders that nothing was filled into stand out. */
  showPath(path: string): void {
    put(this.path, ...path.split(/(\{[^}]+\})/).map(part => (part.startsWith('{') ? h('mark', {}, part) : part)));
  }

  focus(): void {
    this.element.querySelector('h2')?.focus();
  }
}
