import { h, newId, put } from '../dom';
import type { Texts } from '../island';
import { fieldOf, getAt, readField, showField, type Field } from './fields';
import { parameterKey, type Draft } from './draft';
import type { ApiDocument, Operation, Parameter } from './openapi';
import { kindName } from './suggestions';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Text with `code` in it, as descriptions have it. */
export function prose(text: string): Node[] {
  return text.split(/(`[^`]*`)/).filter(part => part !== '').map(part => (part.startsWith('`') && part.length > 1 ? h('code', {}, part.slice(1, -1)) : document.createTextNode(part)));
}

function controlOf(t: Texts, field: Field, id: string, changed: (text: string) => void): Control {
  const shared = { id, class: 'input', 'aria-required': field.required ? 'true' : null, 'aria-describedby': field.description === '' ? null : `${id}-hint` };
  if (field.kind === 'choice' || field.kind === 'boolean') {
    const options = field.kind === 'choice' ? field.options : ['true', 'false'];
    const select: HTMLSelectElement = h('select', { ...shared, onchange: () => changed(select.value) },
      h('option', { value: '' }, t('Form.NotSent')), ...options.map(option => h('option', { value: option }, option)));
    return select;
  }
  if (field.kind === 'list' || field.kind === 'json') {
    const area: HTMLTextAreaElement = h('textarea', {
      ...shared, class: 'input machine', rows: '2', spellcheck: 'false', placeholder: field.kind === 'list' ? t('Form.OnePerLine') : 'JSON', oninput: () => changed(area.value),
    });
    return area;
  }
  const isNumber = field.kind === 'integer' || field.kind === 'number';
  const input: HTMLInputElement = h('input', {
    ...shared, type: field.format === 'password' || /^(password|refresh_token)$/.test(field.name) ? 'password' : 'text',
    inputmode: isNumber ? (field.kind === 'integer' ? 'numeric' : 'decimal') : null, placeholder: field.example,
    autocomplete: 'off', spellcheck: 'false', oninput: () => changed(input.value),
  });
  return input;
}

function row(t: Texts, field: Field, control: Control): HTMLElement {
  return h('div', { class: 'play-field' },
    h('label', { for: control.id },
      h('span', { class: 'machine' }, field.name),
      field.required && h('span', { class: 'play-field__required' }, ' ', t('Form.Required')),
      h('span', { class: 'play-field__kind', 'aria-hidden': 'true' }, kindName(field))),
    h('div', { class: 'play-field__value' }, control,
      field.description !== '' && h('p', { class: 'play-field__hint', id: `${control.id}-hint` }, ...prose(field.description))));
}

/** The fields of path, query and headers. */
export class ParameterForm {
  readonly element = h('div', { class: 'play-parameters' });
  private readonly controls = new Map<string, Control>();

  constructor(private readonly t: Texts, private readonly changed: (parameter: Parameter, text: string) => void) {}

  show(api: ApiDocument, operation: Operation, draft: Draft): void {
    this.controls.clear();
    const path = operation.parameters.filter(parameter => parameter.in === 'path');
    const query = operation.parameters.filter(parameter => parameter.in === 'query');
    const headers = operation.parameters.filter(parameter => parameter.in === 'header');
    put(this.element, this.group('Form.Path', path, api, draft, true), this.group('Form.Query', query, api, draft, query.length <= 4), this.group('Form.Headers', headers, api, draft, false));
  }

  /** Shows that a required value is missing, and leads there. */
  demand(parameter: Parameter): void {
    const control = this.controls.get(parameterKey(parameter));
    control?.closest('details')?.setAttribute('open', '');
    control?.setAttribute('aria-invalid', 'true');
    control?.focus();
  }

  private group(title: string, parameters: Parameter[], api: ApiDocument, draft: Draft, open: boolean): HTMLElement | null {
    if (parameters.length === 0) return null;
    const used = parameters.filter(parameter => draft.parameters[parameterKey(parameter)]).length;
    const count = h('span', { class: 'play-group__count' }, this.t('Form.Count', parameters.length));
    return h('details', { class: 'play-group', open: open || used > 0 || parameters.some(parameter => parameter.required) },
      h('summary', {}, h('h3', {}, this.t(title)), count),
      h('div', { class: 'play-fields' }, ...parameters.map(parameter => this.field(parameter, api, draft))));
  }

  private field(parameter: Parameter, api: ApiDocument, draft: Draft): HTMLElement {
    const field = { ...fieldOf(api, parameter.name, parameter.schema, parameter.required, parameter.example), description: parameter.description };
    const control = controlOf(this.t, field, newId('p'), text => {
      control.removeAttribute('aria-invalid');
      this.changed(parameter, text.trim());
    });
    control.value = draft.parameters[parameterKey(parameter)] ?? '';
    this.controls.set(parameterKey(parameter), control);
    return row(this.t, field, control);
  }
}

/** The fields of a JSON body. */
export class BodyForm {
  readonly element = h('div', { class: 'play-fields' });
  private controls: { field: Field; path: string[]; control: Control }[] = [];

  constructor(private readonly t: Texts, private readonly changed: (path: string[], value: unknown) => void) {}

  show(fields: Field[]): void {
    this.controls = [];
    put(this.element, ...fields.map(field => this.field(field, [field.name])));
  }

  /** Shows what the JSON says; what is being typed into stays as it is. */
  set(body: unknown): void {
    for (const { field, path, control } of this.controls) {
      const value = getAt(body, path);
      if (JSON.stringify(readField(field, control.value)) !== JSON.stringify(value)) control.value = showField(field, value);
    }
  }

  private field(field: Field, path: string[]): HTMLElement {
    if (field.kind === 'object' && field.fields.length > 0) {
      return h('fieldset', { class: 'play-nested' }, h('legend', { class: 'machine' }, field.name), ...field.fields.map(inner => this.field(inner, [...path, inner.name])));
    }
    const control = controlOf(this.t, field, newId('b'), text => this.changed(path, readField(field, text)));
    this.controls.push({ field, path, control });
    return row(this.t, field, control);
  }
}
