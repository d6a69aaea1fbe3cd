import { h, icon, newId, put } from '../dom';
import type { Texts } from '../island';
import type { JsonEditor } from './editor';
import { headerOf, isJson, parseJson, type HttpAnswer } from './http';
import { limitSentence } from './limit-words';
import { readLimits } from './limits';
import type { ApiDocument, Operation } from './openapi';
import type { PlaygroundProps } from './props';
import type { Fault, Validator } from './validator';

export function sizeText(t: Texts, bytes: number): string {
  return bytes < 1024 ? t('Answer.Bytes', bytes) : t('Answer.Kilobytes', (bytes / 1024).toFixed(1));
}

export function timeText(t: Texts, milliseconds: number): string {
  return t('Answer.Milliseconds', milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds));
}

function tone(status: number): string {
  return status < 300 ? 'success' : status < 400 ? 'info' : status < 500 ? 'warning' : 'danger';
}

/** Everything about the answer: how it went, what limits say, whether it fits the schema, headers and body. */
export class AnswerView {
  readonly element = h('section', { class: 'play-answer', tabindex: '-1' });
  private readonly status = h('p', { class: 'unseen', role: 'status' });
  private readonly content = h('div', { class: 'play-answer__content' });
  private editor: JsonEditor | undefined;
  private generation = 0;

  constructor(
    private readonly t: Texts,
    private readonly props: Pick<PlaygroundProps, 'logsUrl' | 'errors'>,
    private readonly api: ApiDocument,
    private readonly validator: Validator,
    private readonly describe: (fault: Fault) => string,
  ) {
    this.element.setAttribute('aria-label', t('Answer.Title'));
    put(this.element, this.status, this.content);
    this.showNothing();
  }

  showNothing(): void {
    this.clear();
    put(this.content, h('div', { class: 'play-answer__empty' }, this.drawing(), h('h2', {}, this.t('Answer.EmptyTitle')), h('p', {}, this.t('Answer.EmptyText'))));
  }

  showSending(cancel: () => void): void {
    this.clear();
    this.status.textContent = this.t('Answer.Sending');
    put(this.content, h('div', { class: 'play-answer__sending' },
      h('span', { class: 'play-spinner', 'aria-hidden': 'true' }), h('p', {}, this.t('Answer.Sending')),
      h('button', { type: 'button', class: 'button button--small', onclick: cancel }, this.t('Answer.Cancel'))));
  }

  showFailure(title: string, text: string): void {
    this.clear();
    this.status.textContent = `${title} ${text}`;
    put(this.content, h('div', { class: 'notice notice--danger' }, icon('alert'), h('div', {}, h('h2', {}, title), h('p', {}, text))));
  }

  show(answer: HttpAnswer, operation: Operation | undefined): void {
    this.clear();
    const generation = this.generation;
    const checked = h('div', { class: 'play-check' });
    const requestId = headerOf(answer.headers, 'X-Request-Id');
    const json = isJson(headerOf(answer.headers, 'Content-Type')) ? parseJson(answer.body) : undefined;
    put(this.content, this.summary(answer, requestId), this.explanation(answer, json), checked, this.limits(answer), this.body(answer, json), this.headers(answer));
    const spoken = this.t('Answer.Spoken', `${answer.status} ${answer.statusText}`, timeText(this.t, answer.timing.total));
    this.status.textContent = spoken;
    void this.check(answer, operation, json, checked).then(result => {
      if (generation === this.generation) this.status.textContent = `${spoken} ${result}`;
    });
  }

  dispose(): void {
    this.clear();
  }

  private clear(): void {
    this.generation++;
    this.editor?.dispose();
    this.editor = undefined;
  }

  private summary(answer: HttpAnswer, requestId: string | undefined): HTMLElement {
    const { total, waiting, server } = answer.timing;
    const fact = (label: string, value: string): HTMLElement => h('div', {}, h('dt', {}, label), h('dd', {}, value));
    return h('div', { class: 'play-summary' },
      h('h2', { class: `play-status play-status--${tone(answer.status)}` }, `${answer.status} ${answer.statusText}`),
      h('dl', { class: 'play-facts' },
        fact(this.t('Answer.Time'), timeText(this.t, total)),
        waiting !== undefined && fact(this.t('Answer.Waiting'), timeText(this.t, waiting)),
        server !== undefined && fact(this.t('Answer.Server'), timeText(this.t, server)),
        fact(this.t('Answer.Size'), sizeText(this.t, answer.size))),
      requestId !== undefined && h('p', { class: 'play-trace' }, h('span', { class: 'machine' }, requestId),
        this.copyButton(requestId, this.t('Answer.CopyTrace')),
        this.props.logsUrl !== null && h('a', { href: `${this.props.logsUrl}?id=${encodeURIComponent(requestId)}` }, this.t('Answer.Log'))));
  }

  private copyButton(text: string, label: string): HTMLElement {
    return h('span', { class: 'copy-button' },
      h('button', {
        type: 'button', class: 'button button--quiet button--icon button--small copy-field__button', 'aria-label': label, title: label,
        'data-copy': text, 'data-copied-text': this.t('Code.Copied'), 'data-failed-text': this.t('Code.CopyFailed'),
      }, icon('copy', 'icon--idle'), icon('check', 'icon--done')),
      h('span', { class: 'unseen', role: 'status', 'data-copy-status': true }));
  }

  /** What an error means, in words, with what the answer itself says. */
  private explanation(answer: HttpAnswer, json: unknown): HTMLElement | null {
    if (answer.status < 400) return null;
    const error = ((json as { error?: unknown } | undefined)?.error ?? json ?? {}) as Record<string, unknown>;
    const code = typeof error['code'] === 'string' ? error['code'] : '';
    const guide = this.props.errors[code];
    const details = (typeof error['details'] === 'object' && error['details'] !== null ? error['details'] : {}) as Record<string, unknown>;
    const several = Array.isArray(details['errors']) ? (details['errors'] as Record<string, unknown>[]) : typeof details['field'] === 'string' ? [details] : [];
    const message = typeof error['message'] === 'string' ? error['message'] : this.t('Answer.NoReason', answer.status);
    return h('div', { class: `notice notice--${tone(answer.status)} play-error` }, icon('alert'),
      h('div', {},
        h('h3', {}, message),
        (several.length > 1 || several.some(fault => fault['reason'] !== message)) && h('ul', {}, ...several.map(fault => h('li', {}, h('code', {}, String(fault['field'] ?? '')), ` ${String(fault['reason'] ?? '')}`))),
        guide !== undefined && h('p', {}, guide.remedy),
        guide !== undefined && h('a', { href: `docs/errors/${code}` }, this.t('Answer.ErrorPage', code))));
  }

  private limits(answer: HttpAnswer): HTMLElement | null {
    const state = readLimits(answer.headers);
    if (state === undefined) return null;
    const share = state === null || state.limit === 0 ? 1 : state.remaining / state.limit;
    const meter = h('span', { class: 'play-meter', 'aria-hidden': 'true', 'data-low': share < 0.1 }, h('span', {}));
    meter.style.setProperty('--share', String(share));
    return h('div', { class: 'play-limits' }, icon('gauge'), h('p', {}, limitSentence(this.t, state)), state !== null && meter);
  }

  private async check(answer: HttpAnswer, operation: Operation | undefined, json: unknown, place: HTMLElement): Promise<string> {
    const type = headerOf(answer.headers, 'Content-Type') ?? '';
    const pointer = operation === undefined || answer.body === '' ? undefined : this.api.answerPointer(operation, answer.status, type);
    if (pointer === undefined || json === undefined) {
      const text = this.t(answer.body === '' ? 'Check.NoBody' : 'Check.NotDescribed', answer.status);
      put(place, h('p', { class: 'play-check__line' }, text));
      return text;
    }
    put(place, h('p', { class: 'play-check__line' }, this.t('Check.Running')));
    try {
      const faults = await this.validator.check(pointer, json);
      const text = faults.length === 0 ? this.t('Check.Valid', answer.status) : this.t('Check.Invalid', faults.length, answer.status);
      put(place, faults.length === 0
        ? h('p', { class: 'play-check__line play-check__line--valid' }, icon('check'), text)
        : h('div', { class: 'notice notice--danger' }, icon('alert'), h('div', {}, h('h3', {}, text), h('ul', {}, ...faults.map(fault => this.fault(fault))))));
      return text;
    } catch (error) {
      console.warn('The answer could not be checked.', error);
      put(place, h('p', { class: 'play-check__line' }, this.t('Check.Failed')));
      return this.t('Check.Failed');
    }
  }

  private fault(fault: Fault): HTMLElement {
    return h('li', {}, h('button', { type: 'button', class: 'play-pointer machine', onclick: () => this.editor?.reveal(fault.pointer) }, fault.pointer || '/'), ` ${this.describe(fault)}`);
  }

  private body(answer: HttpAnswer, json: unknown): HTMLElement | null {
    if (answer.body === '') return null;
    const text = json === undefined ? answer.body : JSON.stringify(json, null, 2);
    const place = h('div', { class: 'play-editor play-editor--answer' });
    const generation = this.generation;
    const plain = h('pre', { tabindex: '0', 'aria-label': this.t('Answer.Body') }, text);
    put(place, plain);
    if (json !== undefined) {
      void import('./editor').then(({ JsonEditor }) => {
        if (generation !== this.generation) return;
        place.replaceChildren();
        this.editor = new JsonEditor(place, text, { label: this.t('Answer.Body'), readOnly: true });
      });
    }
    return h('div', { class: 'play-answer__body' }, h('div', { class: 'play-answer__head' }, h('h3', {}, this.t('Answer.Body')), this.copyButton(text, this.t('Answer.CopyBody'))), place);
  }

  private headers(answer: HttpAnswer): HTMLElement {
    const id = newId('headers');
    return h('details', { class: 'play-group' },
      h('summary', {}, h('h3', { id }, this.t('Answer.Headers')), h('span', { class: 'play-group__count' }, this.t('Form.Count', answer.headers.length))),
      h('dl', { class: 'play-headers', 'aria-labelledby': id }, ...answer.headers.map(({ name, value }) => h('div', {}, h('dt', { class: 'machine' }, name), h('dd', { class: 'machine' }, value)))));
  }

  private drawing(): SVGSVGElement {
    const drawing = icon('send', 'play-answer__drawing');
    drawing.setAttribute('width', '40');
    drawing.setAttribute('height', '40');
    return drawing;
  }
}
