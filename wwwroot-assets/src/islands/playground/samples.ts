import { headerOf, isJson, parseJson, type HttpRequest } from './http';

export const languages = ['curl', 'javascript', 'python', 'csharp'] as const;
export type Language = (typeof languages)[number];

/** The environment variable that holds the key: samples are pasted into chats and repositories, where no key belongs. */
export const keyVariable = 'PORTAL_API_KEY';

const indent = '  ';

/** Whether JSON means the same once it went through JavaScript's numbers and objects. */
function survives(body: string): boolean {
  const value = parseJson(body);
  if (value === undefined || body.includes('__proto__')) return false;
  const numbers = body.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every(number => String(Number(number)) === number);
}

function jsonBody(request: HttpRequest): unknown {
  const isData = request.body !== undefined && isJson(headerOf(request.headers, 'Content-Type')) && survives(request.body);
  return isData ? JSON.parse(request.body!) : undefined;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function shellDouble(text: string): string {
  return text.replace(/[\\"$`]/g, letter => `\\${letter}`);
}

function curl(request: HttpRequest, keyHeader: string | undefined): string {
  const parts = [`curl ${request.method === 'GET' ? '' : request.method === 'HEAD' ? '-I ' : `-X ${request.method} `}${shellQuote(request.url)}`];
  if (keyHeader !== undefined) parts.push(`-H "${shellDouble(keyHeader)}: $${keyVariable}"`);
  for (const { name, value } of request.headers) parts.push(`-H ${shellQuote(`${name}: ${value}`)}`);
  if (request.body !== undefined) parts.push(`--data-raw ${shellQuote(request.body)}`);
  return parts.join(` \\\n${indent}`);
}

function jsString(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replace(/[\u2028\u2029]/g, letter => `\\u${letter.charCodeAt(0).toString(16)}`)}'`;
}

function jsValue(value: unknown, depth: number): string {
  const pad = indent.repeat(depth + 1);
  const end = indent.repeat(depth);
  if (typeof value === 'string') return jsString(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map(item => `${pad}${jsValue(item, depth + 1)},\n`).join('')}${end}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return '{}';
    const name = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : jsString(key));
    return `{\n${entries.map(([key, item]) => `${pad}${name(key)}: ${jsValue(item, depth + 1)},\n`).join('')}${end}}`;
  }
  return JSON.stringify(value);
}

function javascript(request: HttpRequest, keyHeader: string | undefined): string {
  const headers = request.headers.map(({ name, value }) => `${indent.repeat(2)}${jsString(name)}: ${jsString(value)},\n`);
  if (keyHeader !== undefined) headers.unshift(`${indent.repeat(2)}${jsString(keyHeader)}: process.env.${keyVariable},\n`);
  const options: string[] = [];
  if (request.method !== 'GET') options.push(`method: ${jsString(request.method)}`);
  if (headers.length > 0) options.push(`headers: {\n${headers.join('')}${indent}}`);
  if (request.body !== undefined) {
    const value = jsonBody(request);
    options.push(`body: ${value === undefined ? jsString(request.body) : `JSON.stringify(${jsValue(value, 1)})`}`);
  }
  const argument = options.length === 0 ? '' : `, {\n${options.map(option => `${indent}${option},\n`).join('')}}`;
  return `const response = await fetch(${jsString(request.url)}${argument});\nconsole.log(response.status, await response.text());`;
}

/** Python knows JSON's escapes but no surrogate pairs in them, so that only what must be is escaped. */
function pyString(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029\u0085]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pyValue(value: unknown, depth: number): string {
  const pad = '    '.repeat(depth + 1);
  const end = '    '.repeat(depth);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return pyString(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map(item => `${pad}${pyValue(item, depth + 1)},\n`).join('')}${end}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value);
    if (entries.length === 0) return '{}';
    return `{\n${entries.map(([key, item]) => `${pad}${pyString(key)}: ${pyValue(item, depth + 1)},\n`).join('')}${end}}`;
  }
  return JSON.stringify(value);
}

function python(request: HttpRequest, keyHeader: string | undefined): string {
  const value = jsonBody(request);
  const kept = request.headers.filter(({ name }) => value === undefined || name.toLowerCase() !== 'content-type');
  const headers = kept.map(({ name, value: text }) => `        ${pyString(name)}: ${pyString(text)},\n`);
  if (keyHeader !== undefined) headers.unshift(`        ${pyString(keyHeader)}: os.environ["${keyVariable}"],\n`);
  const options = [`    ${pyString(request.method)}`, `    ${pyString(request.url)}`];
  if (headers.length > 0) options.push(`    headers={\n${headers.join('')}    }`);
  if (value !== undefined) options.push(`    json=${pyValue(value, 1)}`);
  else if (request.body !== undefined) options.push(`    data=${pyString(request.body)}.encode("utf-8")`);
  const imports = keyHeader === undefined ? 'import requests' : 'import os\n\nimport requests';
  return `${imports}\n\nresponse = requests.request(\n${options.join(',\n')},\n    timeout=30,\n)\nprint(response.status_code, response.text)`;
}

/** C# ends a line at U+0085, U+2028 and U+2029 too, even within a string. */
function csString(text: string): string {
  return JSON.stringify(text).replace(/[\u0085\u2028\u2029\u007f]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function csBody(body: string): string {
  const isPlain = body.includes('\n') && !body.includes('"""') && !/[\r\u0085\u2028\u2029]|^\s*$/.test(body);
  return isPlain ? `"""\n${body.split('\n').map(line => (line === '' ? '' : `    ${line}`)).join('\n')}\n    """` : csString(body);
}

function csharp(request: HttpRequest, keyHeader: string | undefined): string {
  const lines = [
    'using var client = new HttpClient();',
    `using var request = new HttpRequestMessage(new HttpMethod(${csString(request.method)}), ${csString(request.url)});`,
  ];
  if (keyHeader !== undefined)
    lines.push(`request.Headers.TryAddWithoutValidation(${csString(keyHeader)}, Environment.GetEnvironmentVariable("${keyVariable}"));`);
  const type = headerOf(request.headers, 'Content-Type');
  if (request.body !== undefined) {
    lines.push(`request.Content = new StringContent(${csBody(request.body)});`);
    lines.push(`request.Content.Headers.Remove("Content-Type");`);
    if (type !== undefined) lines.push(`request.Content.Headers.TryAddWithoutValidation("Content-Type", ${csString(type)});`);
  }
  for (const { name, value } of request.headers) {
    if (name.toLowerCase() !== 'content-type') lines.push(`request.Headers.TryAddWithoutValidation(${csString(name)}, ${csString(value)});`);
  }
  lines.push('using var response = await client.SendAsync(request);');
  lines.push('Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");');
  return lines.join('\n');
}

/**
 * A program that sends the request and prints status and body.
 * @param keyHeader The header that the key goes into, from an environment variable; undefined sends none.
 */
export function sample(language: Language, request: HttpRequest, keyHeader: string | undefined): string {
  switch (language) {
    case 'curl': return curl(request, keyHeader);
    case 'javascript': return javascript(request, keyHeader);
    case 'python': return python(request, keyHeader);
    case 'csharp': return csharp(request, keyHeader);
  }
}
