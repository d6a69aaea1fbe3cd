import { h, icon, newId, put } from '../dom';
import type { Texts } from '../island';
import { readCurl, type ReadCurl } from './curl';

/** Takes a curl command and hands over what it says. */
export class CurlDialog {
  readonly element: HTMLDialogElement;
  private readonly area: HTMLTextAreaElement;
  private readonly refusal = h('p', { class: 'field__error', role: 'alert' });

  constructor(private readonly t: Texts, private readonly done: (read: ReadCurl) => void) {
    const title = newId('curl');
    this.area = h('textarea', {
      class: 'input machine', id: `${title}-text`, rows: '8', spellcheck: 'false', autocomplete: 'off', placeholder: "curl -X POST https://… -H 'Content-Type: application/json' -d '{…}'",
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        this.read();
      },
    });
    this.element = h('dialog', { class: 'play-dialog', 'aria-labelledby': title },
      h('div', { class: 'play-dialog__head' }, h('h2', { id: title }, t('Curl.Title')),
        h('button', { type: 'button', class: 'button button--quiet button--icon', 'aria-label': t('Curl.Close'), onclick: () => this.element.close() }, icon('close'))),
      h('div', { class: 'field' }, h('label', { for: this.area.id }, t('Curl.Label')), this.area, h('p', { class: 'field__hint' }, t('Curl.Hint')), this.refusal),
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'button button--primary', onclick: () => this.read() }, t('Curl.Read')),
        h('button', { type: 'button', class: 'button', onclick: () => this.element.close() }, t('Curl.Cancel'))));
  }

  open(): void {
    this.area.value = '';
    put(this.refusal);
    this.element.showModal();
    this.area.focus();
  }

  private read(): void {
    const result = readCurl(this.area.value, location.origin);
    if ('refused' in result) {
      put(this.refusal, this.t(result.refused.key, ...result.refused.values));
      this.area.setAttribute('aria-invalid', 'true');
      return;
    }
    this.element.close();
    this.done(result.read);
  }
}
