import type { Suggestion } from './editor';
import { fieldsOf, type Field } from './fields';
import type { ApiDocument, Schema } from './openapi';

function emptyValue(field: Field): string {
  switch (field.kind) {
    case 'text':
    case 'choice': return '""';
    case 'list': return '[]';
    case 'object': return '{}';
    default: return '';
  }
}

export function kindName(field: Field): string {
  return field.kind === 'list' && field.item !== undefined ? `${field.item.kind}[]` : field.format || field.kind;
}

function schemaAt(document: ApiDocument, schema: Schema, path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((current, part) => {
    if (current === undefined) return undefined;
    const resolved = document.resolve(current);
    const inside = /^\d+$/.test(part) && resolved['items'] !== undefined ? resolved['items'] : (resolved['properties'] as Record<string, unknown> | undefined)?.[part];
    return typeof inside === 'object' && inside !== null ? (inside as Schema) : undefined;
  }, schema);
}

/** The properties that the schema knows of the object at a path. */
export function suggestNames(document: ApiDocument, schema: Schema, path: readonly string[]): Suggestion[] {
  const at = schemaAt(document, schema, path);
  if (at === undefined) return [];
  return fieldsOf(document, document.resolve(at)).map(field => ({ label: field.name, detail: kindName(field), info: field.description, insert: emptyValue(field) }));
}

/** The values that the schema knows at a path: its choices, true and false, its example. */
export function suggestValues(document: ApiDocument, schema: Schema, path: readonly string[]): Suggestion[] {
  const name = path.at(-1);
  const at = schemaAt(document, schema, path.slice(0, -1));
  const field = at === undefined ? undefined : fieldsOf(document, document.resolve(at)).find(candidate => candidate.name === name);
  if (field === undefined) return [];
  const plain = (value: string, quoted: boolean): Suggestion => ({ label: value, detail: '', info: '', insert: quoted ? JSON.stringify(value) : value });
  if (field.kind === 'choice') return field.options.map(option => plain(option, true));
  if (field.kind === 'boolean') return ['true', 'false'].map(value => plain(value, false));
  return field.example === '' ? [] : [plain(field.example, field.kind === 'text')];
}
