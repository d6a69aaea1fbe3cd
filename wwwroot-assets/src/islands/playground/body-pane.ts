import { h, newId, put } from '../dom';
import type { Texts } from '../island';
import type { JsonEditor } from './editor';
import { fieldsOf, putAt } from './fields';
import { BodyForm } from './form-view';
import { parseJson } from './http';
import type { ApiDocument, Operation } from './openapi';
import { suggestNames, suggestValues } from './suggestions';
import type { Fault, Validator } from './validator';

type View = 'form' | 'json';

/** The request's body as a form and as JSON, which say the same at any time: the text of the JSON is what is sent. */
export class BodyPane {
  readonly element = h('section', { class: 'play-body' });
  private readonly form: BodyForm;
  private readonly host = h('div', { class: 'play-editor' });
  private readonly broken = h('p', { class: 'notice notice--warning', hidden: true });
  private editor: JsonEditor | undefined;
  private operation: Operation | undefined;
  private view: View = 'form';
  private text = '';

  constructor(
    private readonly t: Texts,
    private readonly api: ApiDocument,
    private readonly validator: Validator,
    private readonly changed: (text: string) => void,
    private readonly describe: (fault: Fault) => string,
  ) {
    this.form = new BodyForm(t, (path, value) => this.fromForm(path, value));
    this.broken.textContent = t('Body.Broken');
  }

  /** @param operation Undefined where the document does not describe the request: its body is then JSON alone. */
  show(operation: Operation | undefined, text: string): void {
    this.operation = operation;
    this.text = text;
    this.editor?.dispose();
    this.editor = undefined;
    this.host.replaceChildren();
    const fields = operation?.body === undefined ? [] : fieldsOf(this.api, operation.body.schema);
    this.form.show(fields);
    if (fields.length === 0) this.view = 'json';
    this.render(fields.length > 0);
    this.setForm();
    if (this.view === 'json') void this.openEditor();
  }

  dispose(): void {
    this.editor?.dispose();
  }

  private render(hasForm: boolean): void {
    const name = newId('body');
    const choice = (view: View, text: string): HTMLElement => h('label', {},
      h('input', { type: 'radio', name, value: view, checked: this.view === view, onchange: () => this.turn(view) }), text);
    const examples = this.operation?.body?.examples ?? [];
    put(this.element,
      h('div', { class: 'play-body__head' },
        h('h3', {}, this.t('Body.Title')),
        examples.length > 1 && this.examplePicker(),
        hasForm && h('div', { class: 'segments segments--text', role: 'radiogroup', 'aria-label': this.t('Body.Views') }, choice('form', this.t('Body.Form')), choice('json', this.t('Body.Json')))),
      this.broken, this.form.element, this.host);
    this.turn(this.view);
  }

  private examplePicker(): HTMLElement {
    const examples = this.operation?.body?.examples ?? [];
    const id = newId('example');
    const select: HTMLSelectElement = h('select', {
      id, class: 'input input--small',
      onchange: () => {
        const example = examples[Number(select.value)];
        if (example === undefined) return;
        this.set(JSON.stringify(example.value, null, 2));
        if (this.editor !== undefined) this.editor.text = this.text;
      },
    }, ...examples.map((example, index) => h('option', { value: index }, example.name)));
    return h('div', { class: 'play-body__example' }, h('label', { for: id, class: 'unseen' }, this.t('Body.Example')), select);
  }

  private turn(view: View): void {
    this.view = view;
    this.form.element.hidden = view !== 'form';
    this.host.hidden = view !== 'json';
    if (view === 'json') void this.openEditor();
    this.setForm();
  }

  private async openEditor(): Promise<void> {
    if (this.editor !== undefined) return;
    const operation = this.operation;
    const { JsonEditor } = await import('./editor');
    if (this.editor !== undefined || operation !== this.operation) return;
    const body = operation?.body;
    this.editor = new JsonEditor(this.host, this.text, {
      label: this.t('Body.EditorLabel'),
      readOnly: false,
      onChange: text => this.set(text),
      describe: this.describe,
      ...(body === undefined ? {} : {
        names: (path: string[]) => suggestNames(this.api, body.schema, path),
        values: (path: string[]) => suggestValues(this.api, body.schema, path),
        check: (value: unknown) => this.validator.check(body.pointer, value),
      }),
    });
  }

  private fromForm(path: string[], value: unknown): void {
    const current = parseJson(this.text.trim() === '' ? '{}' : this.text);
    this.text = JSON.stringify(putAt(current, path, value), null, 2);
    if (this.editor !== undefined) this.editor.text = this.text;
    this.changed(this.text);
  }

  private set(text: string): void {
    this.text = text;
    this.setForm();
    this.changed(text);
  }

  /** A form cannot show what is no JSON object, and must not overwrite it. */
  private setForm(): void {
    const value = parseJson(this.text.trim() === '' ? '{}' : this.text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.broken.hidden = this.view === 'json' || isObject;
    for (const control of this.form.element.querySelectorAll<HTMLInputElement>('input, select, textarea')) control.disabled = !isObject;
    if (isObject) this.form.set(value);
  }
}
