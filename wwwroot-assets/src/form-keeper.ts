import { whenPresent } from './presence';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Kept {
  address: string;
  fields: Record<string, string | boolean>;
}

const storageKey = 'portal-forms';
const fieldSelector = 'form :is(input, textarea, select)';
const restoreForMs = 20_000;
const unkept = new Set(['hidden', 'file', 'submit', 'button', 'image', 'reset', 'password']);

/** Forms in which the user did something. A form that was sent and is done with has left the page. */
const touched = new Set<HTMLFormElement>();

function isSecret(field: Field): boolean {
  const purpose = field.autocomplete;
  return unkept.has(field.type)
    // A password that is shown is a text field for the moment.
    || field.closest('.reveal, [data-secret]') !== null
    || purpose.includes('password') || purpose.startsWith('cc-') || purpose === 'one-time-code';
}

function isSwitch(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}

function nameOf(form: HTMLFormElement): string {
  const name = form.id || form.getAttribute('name') || form.className;
  return `${name}#${[...document.forms].filter(other => (other.id || other.getAttribute('name') || other.className) === name).indexOf(form)}`;
}

/** Fields of one name, radio buttons above all, are told apart by their order. */
function keyOf(field: Field): string {
  const form = field.form!;
  const name = field.name || field.id || field.getAttribute('aria-label') || field.className;
  const alike = [...form.elements].filter(other =>
    other.tagName === field.tagName
    && ((other as Field).name || other.id || other.getAttribute('aria-label') || other.className) === name);
  return `${nameOf(form)}|${field.tagName}|${field.type}|${name}|${alike.indexOf(field)}`;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((element): element is Field => element.matches('input, textarea, select') && !isSecret(element as Field));
}

/** Puts what stands in the touched forms aside, for the page that this one is reloaded to. */
export function keepForms(): void {
  const fields: Kept['fields'] = {};
  for (const form of touched) {
    if (!form.isConnected) continue;
    for (const field of fieldsOf(form)) fields[keyOf(field)] = isSwitch(field) ? field.checked : field.value;
  }
  if (Object.keys(fields).length === 0) return;
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ address: location.href, fields } satisfies Kept));
  } catch (error) {
    console.warn('What was typed is lost: the browser refuses to store it.', error);
  }
}

function takeKept(): Kept | null {
  try {
    const stored = sessionStorage.getItem(storageKey);
    sessionStorage.removeItem(storageKey);
    const kept = stored === null ? null : JSON.parse(stored) as Kept;
    return kept?.address === location.href ? kept : null;
  } catch (error) {
    console.warn('What was typed cannot be brought back.', error);
    return null;
  }
}

/** As if the user did it, so that the component hears of it. A radio button is only ever chosen, never taken back. */
function restore(field: Field, value: string | boolean): void {
  if (isSwitch(field)) {
    if (field.checked !== value && (value || field.type === 'checkbox')) field.click();
    return;
  }
  if (field.value === value || typeof value !== 'string') return;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  touched.add(field.form!);
}

/** Fields come when their data has come, and some only after another was filled in: each is filled when it is there. */
function bringBack(kept: Kept): void {
  const left = new Map(Object.entries(kept.fields));
  const until = performance.now() + restoreForMs;
  const fill = (field: Field): void => {
    if (left.size === 0 || performance.now() > until || field.form === null || isSecret(field)) return;
    const key = keyOf(field);
    const value = left.get(key);
    if (value === undefined) return;
    left.delete(key);
    restore(field, value);
  };
  let listening = false;
  // Before that the server does not listen yet, and the fields are replaced by those that it listens to.
  whenPresent('[data-interactive]', () => {
    if (listening) return;
    listening = true;
    whenPresent<Field>(fieldSelector, fill);
  });
}

export function startFormKeeper(): void {
  for (const name of ['input', 'click']) {
    document.addEventListener(name, event => {
      const form = event.target instanceof Element ? event.target.closest('form') : null;
      if (form !== null && event.isTrusted) touched.add(form);
    }, true);
  }
  const kept = takeKept();
  if (kept !== null) bringBack(kept);
}
