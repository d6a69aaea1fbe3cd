import { h, icon, newId, put } from '../dom';
import type { Texts } from '../island';
import type { HttpRequest } from './http';
import { keyVariable, languages, sample, type Language } from './samples';

const names: Record<Language, string> = { curl: 'curl', javascript: 'JavaScript', python: 'Python', csharp: 'C#' };
const storageKey = 'portal-playground-language';

function storedLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  return languages.find(language => language === stored) ?? 'curl';
}

/** The request as a program, to be copied. */
export class CodeView {
  readonly element: HTMLElement;
  private readonly code = h('code', {});
  private readonly copy: HTMLButtonElement;
  private language = storedLanguage();
  private request: HttpRequest | undefined;
  private keyHeader: string | undefined;

  constructor(t: Texts) {
    const name = newId('language');
    this.copy = h('button', {
      type: 'button', class: 'button button--small', 'data-copy': '', 'data-copied-text': t('Code.Copied'), 'data-failed-text': t('Code.CopyFailed'),
    }, icon('copy', 'icon--idle'), icon('check', 'icon--done'), t('Code.Copy'));
    this.element = h('section', { class: 'play-code' },
      h('div', { class: 'play-code__head' },
        h('h3', {}, t('Code.Title')),
        h('div', { class: 'segments segments--text', role: 'radiogroup', 'aria-label': t('Code.Languages') }, ...languages.map(language => h('label', {},
          h('input', { type: 'radio', name, value: language, checked: language === this.language, onchange: () => this.choose(language) }), names[language]))),
        h('span', { class: 'copy-field__button play-code__copy' }, this.copy, h('span', { class: 'unseen', role: 'status', 'data-copy-status': true }))),
      h('pre', { class: 'play-code__text', tabindex: '0', 'aria-label': t('Code.Title') }, this.code),
      h('p', { class: 'play-code__note' }, t('Code.KeyNote', keyVariable)));
  }

  show(request: HttpRequest, keyHeader: string | undefined): void {
    this.request = request;
    this.keyHeader = keyHeader;
    this.render();
  }

  private choose(language: Language): void {
    this.language = language;
    try {
      localStorage.setItem(storageKey, language);
    } catch (error) {
      console.warn('The language lasts for this page only: the browser refuses to store it.', error);
    }
    this.render();
  }

  private render(): void {
    if (this.request === undefined) return;
    const text = sample(this.language, this.request, this.keyHeader);
    put(this.code, text);
    this.copy.dataset['copy'] = text;
  }
}
