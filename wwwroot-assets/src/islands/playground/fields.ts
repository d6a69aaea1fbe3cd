import type { ApiDocument, Schema } from './openapi';

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'object' | 'json';

/** One value that the form asks for. */
export interface Field {
  name: string;
  kind: FieldKind;
  required: boolean;
  nullable: boolean;
  description: string;
  format: string;
  options: string[];
  example: string;
  minimum: number | undefined;
  maximum: number | undefined;
  /** Of a list. */
  item: Field | undefined;
  /** Of an object. */
  fields: Field[];
}

const deepest = 3;

function types(schema: Schema): string[] {
  const type = schema['type'];
  return (Array.isArray(type) ? type : [type]).filter((name): name is string => typeof name === 'string');
}

/** `oneOf` or `anyOf` of one schema and null is that schema, nullable: how nullable references are written in 3.1. */
function withoutNull(document: ApiDocument, schema: Schema): { schema: Schema; nullable: boolean } {
  const resolved = document.resolve(schema);
  const choices = resolved['oneOf'] ?? resolved['anyOf'];
  if (Array.isArray(choices)) {
    const real = (choices as Schema[]).filter(choice => choice['type'] !== 'null');
    if (real.length === 1) {
      const { oneOf: _, anyOf: __, ...beside } = resolved;
      return { schema: { ...document.resolve(real[0]!), ...beside }, nullable: real.length < choices.length };
    }
  }
  return { schema: resolved, nullable: types(resolved).includes('null') };
}

function kindOf(schema: Schema, depth: number): FieldKind {
  if (Array.isArray(schema['enum'])) return 'choice';
  const named = types(schema).filter(type => type !== 'null');
  if (named.length !== 1) return 'json';
  switch (named[0]) {
    case 'string': return 'text';
    case 'integer': return 'integer';
    case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'array': return 'list';
    case 'object': return depth < deepest && typeof schema['properties'] === 'object' ? 'object' : 'json';
    default: return 'json';
  }
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function fieldOf(document: ApiDocument, name: string, raw: Schema, required: boolean, example: unknown = undefined, depth = 0): Field {
  const { schema, nullable } = withoutNull(document, raw);
  let kind = kindOf(schema, depth);
  const items = schema['items'];
  const item = kind === 'list' && typeof items === 'object' && items !== null ? fieldOf(document, '', items as Schema, true, undefined, depth + 1) : undefined;
  // Lists of plain values are written one a line; anything deeper is better written as JSON.
  if (kind === 'list' && (item === undefined || !['text', 'number', 'integer', 'choice'].includes(item.kind))) kind = 'json';
  const known = example ?? schema['example'] ?? (Array.isArray(schema['examples']) ? schema['examples'][0] : undefined) ?? schema['default'];
  return {
    name,
    kind,
    required,
    nullable,
    description: typeof schema['description'] === 'string' ? schema['description'] : '',
    format: typeof schema['format'] === 'string' ? schema['format'] : '',
    options: Array.isArray(schema['enum']) ? schema['enum'].filter(option => option !== null).map(String) : [],
    example: textOf(known),
    minimum: typeof schema['minimum'] === 'number' ? schema['minimum'] : undefined,
    maximum: typeof schema['maximum'] === 'number' ? schema['maximum'] : undefined,
    item,
    fields: kind === 'object' ? fieldsOf(document, schema, depth + 1) : [],
  };
}

/** The properties of an object schema. */
export function fieldsOf(document: ApiDocument, schema: Schema, depth = 0): Field[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
    .map(([name, property]) => fieldOf(document, name, property, required.includes(name), undefined, depth));
}

/** What a field's text means; undefined is that the property is left out. What does not fit stays text, for the check to name it. */
export function readField(field: Field, text: string): unknown {
  if (text === '') return undefined;
  switch (field.kind) {
    case 'number':
    case 'integer': {
      const number = Number(text);
      return text.trim() === '' || !Number.isFinite(number) ? text : number;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list': {
      const lines = text.split('\n').map(line => line.trim()).filter(line => line !== '');
      return lines.map(line => readField(field.item!, line));
    }
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

/** How a value stands in the form. */
export function showField(field: Field, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (field.kind === 'list' && Array.isArray(value)) return value.map(textOf).join('\n');
  if (field.kind === 'json') return JSON.stringify(value);
  return textOf(value);
}

/** The object with the value at the path put in, or taken out where it is undefined; objects left empty below the top go too. */
export function putAt(root: unknown, path: readonly string[], value: unknown): Record<string, unknown> {
  const object: Record<string, unknown> = typeof root === 'object' && root !== null && !Array.isArray(root) ? { ...(root as Record<string, unknown>) } : {};
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const next = rest.length === 0 ? value : putAt(object[name], rest, value);
  const gone = next === undefined || (rest.length > 0 && Object.keys(next as object).length === 0);
  if (gone) delete object[name];
  else object[name] = next;
  return object;
}

export function getAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), root);
}
