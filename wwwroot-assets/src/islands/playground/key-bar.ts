import { h, icon, newId, put } from '../dom';
import type { Texts } from '../island';
import type { KeySource } from './key-source';
import type { KeyChoice } from './props';

const pasteValue = 'paste';

/** Which key requests carry: one of the organization's, or a pasted one. */
export class KeyBar {
  readonly element = h('div', { class: 'play-key' });
  private keys: KeyChoice[] = [];
  private readonly mode = h('span', { class: 'play-mode' });
  private pasting = false;

  constructor(
    private readonly t: Texts,
    private readonly source: KeySource,
    private readonly mayLend: boolean,
    private readonly changed: () => void,
    private readonly makeTestKey: () => Promise<void>,
  ) {}

  show(keys: KeyChoice[]): void {
    this.keys = keys;
    this.pasting = this.source.pasted !== undefined || !this.mayLend || (this.pasting && this.source.chosen === undefined);
    this.render();
  }

  private render(): void {
    this.showMode();
    const hasTestKey = this.keys.some(key => key.mode === 'test');
    put(
      this.element,
      this.mayLend && this.choice(),
      this.pasting && this.pasteField(),
      this.mode,
      this.mayLend && !hasTestKey && this.makeButton(),
      !this.mayLend && h('p', { class: 'play-key__note' }, this.t('Key.Viewer')),
    );
  }

  private showMode(): void {
    const { mode } = this.source;
    this.mode.hidden = mode === 'unknown';
    this.mode.className = `play-mode play-mode--${mode}`;
    this.mode.textContent = this.t(mode === 'test' ? 'Key.Test' : 'Key.Live');
  }

  private choice(): HTMLElement {
    const id = newId('key');
    const group = (mode: 'test' | 'live', label: string): HTMLElement | null => {
      const keys = this.keys.filter(key => key.mode === mode);
      if (keys.length === 0) return null;
      return h('optgroup', { label }, ...keys.map(key =>
        h('option', { value: key.id, selected: key.id === this.source.chosen?.id }, `${key.name} · ${key.shown}`)));
    };
    const select = h('select', { id, class: 'input', onchange: () => this.select(select.value) });
    put(
      select,
      !this.pasting && this.source.chosen === undefined && h('option', { value: '', selected: true }, this.t(this.keys.length === 0 ? 'Key.None' : 'Key.Choose')),
      group('test', this.t('Key.TestKeys')),
      group('live', this.t('Key.LiveKeys')),
      h('option', { value: pasteValue, selected: this.pasting }, this.t('Key.Paste')),
    );
    return h('div', { class: 'play-key__choice' }, h('label', { for: id }, icon('key'), this.t('Key.Label')), select);
  }

  private pasteField(): HTMLElement {
    const id = newId('pasted');
    const input = h('input', {
      id, class: 'input machine', type: 'password', autocomplete: 'off', spellcheck: 'false', placeholder: 'dyn_test_…', value: this.source.pasted ?? '',
      oninput: () => {
        this.source.paste(input.value.trim());
        this.showMode();
        this.changed();
      },
    });
    return h('div', { class: 'play-key__paste' }, h('label', { for: id, class: 'unseen' }, this.t('Key.PasteLabel')), input, h('span', { class: 'play-key__note' }, this.t('Key.PasteHint')));
  }

  private makeButton(): HTMLElement {
    const button = h('button', {
      type: 'button', class: `button${this.source.isReady ? '' : ' button--primary'}`,
      onclick: () => {
        button.disabled = true;
        void this.makeTestKey().finally(() => { button.disabled = false; });
      },
    }, this.t('Key.Make'));
    return button;
  }

  private select(value: string): void {
    this.pasting = value === pasteValue;
    this.source.choose(this.keys.find(key => key.id === value));
    this.render();
    this.changed();
    if (this.pasting) this.element.querySelector('input')?.focus();
    else this.element.querySelector('select')?.focus();
  }
}
