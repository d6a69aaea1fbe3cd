import type { Header, HttpRequest } from './http';
import { headerOf } from './http';
import type { Operation, Parameter } from './openapi';

/** A request being written. It never holds the key. */
export interface Draft {
  /** Null for a request to a path that the document does not describe. */
  operationId: string | null;
  method: string;
  /** The template of the operation, or the path itself with its query. */
  path: string;
  /** By `in:name`; what is absent or empty is not sent. */
  parameters: Record<string, string>;
  /** Headers that no parameter describes. */
  headers: Header[];
  body: string;
}

export const keyHeader = 'X-API-Key';

/** How the names of fields look whose values no history keeps. */
const secret = /password|secret|token|api_?key|authorization|cookie/i;

export function parameterKey(parameter: Pick<Parameter, 'in' | 'name'>): string {
  return `${parameter.in}:${parameter.name}`;
}

/** A first draft: required parameters empty, the body as the document's first example has it. */
export function draftOf(operation: Operation): Draft {
  const example = operation.body?.examples[0]?.value;
  return {
    operationId: operation.id,
    method: operation.method,
    path: operation.path,
    parameters: {},
    headers: [],
    body: operation.body === undefined ? '' : example === undefined ? '{}' : JSON.stringify(example, null, 2),
  };
}

/** The names of required parameters without a value. */
export function missing(draft: Draft, operation: Operation | undefined): Parameter[] {
  return (operation?.parameters ?? []).filter(parameter => parameter.required && !draft.parameters[parameterKey(parameter)]);
}

export function pathOf(draft: Draft, operation: Operation | undefined): string {
  if (operation === undefined) return draft.path;
  const path = operation.path.replace(/\{([^}]+)\}/g, (placeholder, name: string) => {
    const value = draft.parameters[`path:${name}`];
    return value ? encodeURIComponent(value) : placeholder;
  });
  const query = operation.parameters
    .filter(parameter => parameter.in === 'query' && draft.parameters[parameterKey(parameter)])
    .map(parameter => `${encodeURIComponent(parameter.name)}=${encodeURIComponent(draft.parameters[parameterKey(parameter)]!)}`);
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** The request without its key. */
export function requestOf(draft: Draft, operation: Operation | undefined, origin: string): HttpRequest {
  const method = operation?.method ?? draft.method;
  const described = (operation?.parameters ?? [])
    .filter(parameter => parameter.in === 'header' && draft.parameters[parameterKey(parameter)])
    .map(parameter => ({ name: parameter.name, value: draft.parameters[parameterKey(parameter)]! }));
  const headers = [...described, ...draft.headers.filter(header => header.name !== '')];
  const request: HttpRequest = { method, url: origin + pathOf(draft, operation), headers };
  if (draft.body.trim() === '' || method === 'GET' || method === 'HEAD') return request;
  if (headerOf(headers, 'Content-Type') === undefined) headers.push({ name: 'Content-Type', value: 'application/json' });
  return { ...request, body: draft.body };
}

function mask(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map(item => mask(item, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mask(inner, key)]));
  return secret.test(name) && typeof value === 'string' ? '' : value;
}

/** The draft as it may be kept: secret fields empty; a body that is no JSON is left out, since nobody knows what stands in it. */
export function withoutSecrets(draft: Draft): Draft {
  let body = '';
  try {
    body = draft.body.trim() === '' ? '' : JSON.stringify(mask(JSON.parse(draft.body), ''), null, 2);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return {
    ...draft,
    body,
    headers: draft.headers.filter(header => !secret.test(header.name)),
    parameters: Object.fromEntries(Object.entries(draft.parameters).filter(([name]) => !secret.test(name))),
  };
}
