/** A JSON Schema as it stands in the document; `$ref`s point into the document. */
export type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description: string;
  schema: Schema;
  example: unknown;
}

export interface Example {
  name: string;
  value: unknown;
}

export interface RequestBody {
  required: boolean;
  schema: Schema;
  pointer: string;
  examples: Example[];
}

export interface Operation {
  id: string;
  /** Upper case. */
  method: string;
  /** With `{name}` for path parameters. */
  path: string;
  summary: string;
  description: string;
  tag: string;
  parameters: Parameter[];
  body: RequestBody | undefined;
  /** One of them suffices. */
  scopes: string[];
  /** Whether it needs a credential. */
  secured: boolean;
}

type Json = Record<string, unknown>;

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Reads what the playground needs of an OpenAPI 3.1 document. */
export class ApiDocument {
  readonly operations: Operation[];

  constructor(readonly raw: unknown) {
    this.operations = Object.entries(asObject(asObject(raw)['paths'])).flatMap(([path, item]) =>
      methods.filter(method => isObject(asObject(item)[method])).map(method => this.read(path, method, asObject(asObject(item)[method]))));
  }

  find(id: string | null | undefined): Operation | undefined {
    return this.operations.find(operation => operation.id === id);
  }

  /** The operation at a path, and what stands in its path parameters. The more literal one wins: `/keys/{id}` over `/{a}/{b}`. */
  match(method: string, path: string): { operation: Operation; values: Record<string, string> } | undefined {
    const wanted = path.split('/');
    const matches = this.operations
      .filter(operation => operation.method === method.toUpperCase())
      .map(operation => ({ operation, values: matchPath(operation.path.split('/'), wanted) }))
      .filter((found): found is { operation: Operation; values: Record<string, string> } => found.values !== undefined);
    return matches.sort((a, b) => Object.keys(a.values).length - Object.keys(b.values).length)[0];
  }

  /** Where the schema of an answer stands, as `#/…`; undefined where none is described. */
  answerPointer(operation: Operation, status: number, contentType: string): string | undefined {
    const base = `#/paths/${escapePointer(operation.path)}/${operation.method.toLowerCase()}/responses/`;
    const found = [String(status), `${Math.floor(status / 100)}XX`, 'default'].map(name => base + name).find(pointer => this.at(pointer) !== undefined);
    if (found === undefined) return undefined;
    const pointer = this.follow(found);
    const content = asObject(asObject(this.at(pointer))['content']);
    const type = contentType.split(';')[0]!.trim().toLowerCase();
    return isObject(asObject(content[type])['schema']) ? `${pointer}/content/${escapePointer(type)}/schema` : undefined;
  }

  /** The schema behind `$ref`s. */
  resolve(schema: Schema): Schema {
    let current = schema;
    for (let depth = 0; depth < 20 && typeof current['$ref'] === 'string'; depth++) {
      const target = this.at(current['$ref']);
      if (!isObject(target)) break;
      const { $ref: _, ...beside } = current;
      current = { ...target, ...beside };
    }
    return current;
  }

  private follow(pointer: string): string {
    const target = this.at(pointer);
    return isObject(target) && typeof target['$ref'] === 'string' ? this.follow(target['$ref']) : pointer;
  }

  private at(pointer: string): unknown {
    if (!pointer.startsWith('#/')) return undefined;
    return pointer.slice(2).split('/').reduce<unknown>(
      (value, part) => asObject(value)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], this.raw);
  }

  private read(path: string, method: string, raw: Json): Operation {
    const parameters = Array.isArray(raw['parameters']) ? raw['parameters'] : [];
    const scopes = raw['x-sufficient-scopes'];
    return {
      id: asText(raw['operationId']) || `${method} ${path}`,
      method: method.toUpperCase(),
      path,
      summary: asText(raw['summary']),
      description: asText(raw['description']),
      tag: asText(Array.isArray(raw['tags']) ? raw['tags'][0] : ''),
      parameters: parameters.map(parameter => this.readParameter(asObject(parameter))).filter(parameter => parameter !== undefined),
      body: this.readBody(path, method, raw['requestBody']),
      scopes: Array.isArray(scopes) ? scopes.map(asText) : [],
      secured: Array.isArray(raw['security']) && raw['security'].length > 0,
    };
  }

  private readParameter(raw: Json): Parameter | undefined {
    const parameter = this.resolve(raw);
    const place = parameter['in'];
    if (place !== 'path' && place !== 'query' && place !== 'header') return undefined;
    return {
      name: asText(parameter['name']),
      in: place,
      required: parameter['required'] === true,
      description: asText(parameter['description']),
      schema: this.resolve(asObject(parameter['schema'])),
      example: parameter['example'],
    };
  }

  private readBody(path: string, method: string, raw: unknown): RequestBody | undefined {
    const body = this.resolve(asObject(raw));
    const json = asObject(asObject(body['content'])['application/json']);
    if (!isObject(json['schema'])) return undefined;
    const examples = Object.entries(asObject(json['examples'])).map(([name, example]) => ({
      name: asText(asObject(example)['summary']) || name,
      value: asObject(example)['value'],
    }));
    return {
      required: body['required'] === true,
      schema: this.resolve(json['schema']),
      pointer: `#/paths/${escapePointer(path)}/${method}/requestBody/content/application~1json/schema`,
      examples,
    };
  }
}

function matchPath(template: string[], path: string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const actual = path[index]!;
    if (part.startsWith('{') && part.endsWith('}')) {
      if (actual === '') return undefined;
      values[part.slice(1, -1)] = decodeURIComponent(actual);
    } else if (part !== actual) {
      return undefined;
    }
  }
  return values;
}
