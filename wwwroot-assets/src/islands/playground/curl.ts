import type { Header, HttpRequest } from './http';
import { headerOf, isJson } from './http';
import { splitShell, type ShellWord } from './shell-words';

/** A text of the page by its key, with what is put into it. */
export interface Said {
  key: string;
  values: string[];
}

export interface ReadCurl {
  request: HttpRequest;
  /** An API key or token that stood in it; never in the request's headers. */
  credential: string | undefined;
  /** What was left out or changed, and why. */
  notes: Said[];
}

export type CurlResult = { read: ReadCurl } | { refused: Said };

class Refusal extends Error {
  constructor(readonly said: Said) {
    super(said.key);
  }
}

interface Collected {
  method: string | undefined;
  url: string | undefined;
  headers: Header[];
  data: string[];
  asQuery: boolean;
  json: boolean;
  head: boolean;
  credential: string | undefined;
  notes: Said[];
}

type Take = (collected: Collected, value: ShellWord) => void;

const flags = new Set([
  '-s', '--silent', '-S', '--show-error', '-i', '--include', '-v', '--verbose', '-L', '--location', '-k', '--insecure', '-f', '--fail',
  '--fail-with-body', '-g', '--globoff', '-#', '--progress-bar', '--compressed', '-N', '--no-buffer', '-4', '--ipv4', '-6', '--ipv6',
  '--http1.1', '--http2', '--http3', '--no-progress-meter', '-O', '--remote-name', '--path-as-is', '--tcp-nodelay',
]);

const ignoredWithValue = new Set([
  '-o', '--output', '-m', '--max-time', '--connect-timeout', '--retry', '--retry-delay', '-w', '--write-out', '-A', '--user-agent', '-e',
  '--referer', '-x', '--proxy', '--cacert', '-c', '--cookie-jar', '--resolve', '--limit-rate', '--max-redirs', '-D', '--dump-header',
]);

const refused: Record<string, string> = {
  '-u': 'Curl.Refused.User', '--user': 'Curl.Refused.User',
  '-F': 'Curl.Refused.Form', '--form': 'Curl.Refused.Form', '--form-string': 'Curl.Refused.Form',
  '-T': 'Curl.Refused.File', '--upload-file': 'Curl.Refused.File', '-K': 'Curl.Refused.File', '--config': 'Curl.Refused.File',
  '-E': 'Curl.Refused.Certificate', '--cert': 'Curl.Refused.Certificate', '--key': 'Curl.Refused.Certificate',
};

function data(collected: Collected, text: string, option: string): void {
  if (text.startsWith('@') && option !== '--data-raw') throw new Refusal({ key: 'Curl.Refused.File', values: [option] });
  collected.data.push(text);
}

function urlEncoded(text: string): string {
  const equals = text.indexOf('=');
  if (equals < 0) return encodeURIComponent(text);
  const name = text.slice(0, equals);
  return `${name === '' ? '' : `${name}=`}${encodeURIComponent(text.slice(equals + 1))}`;
}

function header(collected: Collected, word: ShellWord): void {
  const colon = word.text.indexOf(':');
  const name = (colon < 0 ? word.text.replace(/;$/, '') : word.text.slice(0, colon)).trim();
  const value = colon < 0 ? '' : word.text.slice(colon + 1).trim();
  const lower = name.toLowerCase();
  if (lower === 'x-api-key' || lower === 'authorization') credential(collected, lower, value, word.hasVariable);
  else if (lower === 'cookie' || lower === 'host' || lower === 'user-agent' || lower === 'content-length' || lower === 'origin' || lower === 'referer')
    collected.notes.push({ key: 'Curl.Note.BrowserHeader', values: [name] });
  // `-H 'Accept:'` tells curl to leave out a header that it would send by itself.
  else if (colon < 0 || value !== '') collected.headers.push({ name, value });
}

function credential(collected: Collected, name: string, value: string, hasVariable: boolean): void {
  if (/^basic\s/i.test(value)) throw new Refusal({ key: 'Curl.Refused.User', values: ['Authorization: Basic'] });
  const secret = name === 'authorization' ? value.replace(/^bearer\s+/i, '') : value;
  // A variable is known to the shell alone, and so is what a placeholder stands for: the chosen key goes instead.
  if (hasVariable || !/^[\w.~+/=-]{12,}$/.test(secret)) collected.notes.push({ key: 'Curl.Note.KeyPlaceholder', values: [] });
  else collected.credential = secret;
}

const taking: Record<string, Take> = {
  '-X': (collected, value) => { collected.method = value.text.toUpperCase(); },
  '-H': header,
  '-d': (collected, value) => data(collected, value.text, '--data'),
  '--data-raw': (collected, value) => data(collected, value.text, '--data-raw'),
  '--data-urlencode': (collected, value) => data(collected, urlEncoded(value.text), '--data-urlencode'),
  '--json': (collected, value) => {
    data(collected, value.text, '--json');
    collected.json = true;
  },
  '--url': (collected, value) => { collected.url = value.text; },
  '--oauth2-bearer': (collected, value) => credential(collected, 'authorization', value.text, value.hasVariable),
  '-b': collected => { collected.notes.push({ key: 'Curl.Note.BrowserHeader', values: ['Cookie'] }); },
};

const aliases: Record<string, string> = {
  '--request': '-X', '--header': '-H', '--data': '-d', '--data-ascii': '-d', '--data-binary': '-d', '--cookie': '-b',
};

function option(collected: Collected, name: string, next: () => ShellWord): void {
  const known = aliases[name] ?? name;
  if (name in refused) throw new Refusal({ key: refused[name]!, values: [name] });
  if (flags.has(name)) return;
  if (known === '-G' || known === '--get') collected.asQuery = true;
  else if (known === '-I' || known === '--head') collected.head = true;
  else if (known in taking) taking[known]!(collected, next());
  else if (ignoredWithValue.has(name)) next();
  else throw new Refusal({ key: 'Curl.Refused.Option', values: [name] });
}

/** `-sSXPOST` is `-s -S -X POST`. */
function shortOptions(collected: Collected, word: ShellWord, next: () => ShellWord): void {
  for (let index = 1; index < word.text.length; index++) {
    const name = `-${word.text[index]!}`;
    const rest = word.text.slice(index + 1);
    const takesValue = name in taking || ignoredWithValue.has(name) || name in refused;
    option(collected, name, () => (rest === '' ? next() : { ...word, text: rest }));
    if (takesValue) return;
  }
}

function collect(words: ShellWord[]): Collected {
  const collected: Collected = {
    method: undefined, url: undefined, headers: [], data: [], asQuery: false, json: false, head: false, credential: undefined, notes: [],
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const next = (): ShellWord => {
      const value = words[++index];
      if (value === undefined) throw new Refusal({ key: 'Curl.Refused.NoValue', values: [word.text] });
      return value;
    };
    if (word.text.startsWith('--')) {
      const equals = word.text.indexOf('=');
      if (equals < 0) option(collected, word.text, next);
      else option(collected, word.text.slice(0, equals), () => ({ ...word, text: word.text.slice(equals + 1) }));
    } else if (word.text.startsWith('-') && word.text.length > 1) {
      shortOptions(collected, word, next);
    } else if (collected.url !== undefined) {
      throw new Refusal({ key: 'Curl.Refused.SecondUrl', values: [word.text] });
    } else {
      collected.url = word.text;
    }
  }
  return collected;
}

function address(text: string, origin: string, notes: Said[]): URL {
  const absolute = /^[a-z][\w+.-]*:\/\//i.test(text) ? text : text.startsWith('/') ? origin + text : `http://${text}`;
  if (!URL.canParse(absolute)) throw new Refusal({ key: 'Curl.Refused.Url', values: [text] });
  const url = new URL(absolute);
  if (url.username !== '' || url.password !== '') throw new Refusal({ key: 'Curl.Refused.User', values: [url.host] });
  if (url.origin === origin) return url;
  notes.push({ key: 'Curl.Note.Host', values: [url.host] });
  return new URL(url.pathname + url.search, origin);
}

function finish(collected: Collected, origin: string): ReadCurl {
  if (collected.url === undefined) throw new Refusal({ key: 'Curl.Refused.NoUrl', values: [] });
  const { notes, headers } = collected;
  const url = address(collected.url, origin, notes);
  const body = collected.data.length === 0 ? undefined : collected.data.join(collected.json ? '' : '&');
  const asQuery = collected.asQuery && body !== undefined;
  if (asQuery) url.search = url.search === '' ? body : `${url.search}&${body}`;
  const method = collected.method ?? (collected.head ? 'HEAD' : body !== undefined && !asQuery ? 'POST' : 'GET');
  const request: HttpRequest = { method, url: url.href, headers };
  if (body === undefined || asQuery) return { request, credential: collected.credential, notes };

  const type = headerOf(headers, 'Content-Type');
  if (type === undefined) {
    headers.push({ name: 'Content-Type', value: 'application/json' });
    if (!collected.json) notes.push({ key: 'Curl.Note.JsonType', values: [] });
  } else if (!isJson(type)) {
    notes.push({ key: 'Curl.Note.OtherType', values: [type] });
  }
  return { request: { ...request, body }, credential: collected.credential, notes };
}

/** Reads a curl command as somebody would paste it from documentation or a terminal. */
export function readCurl(command: string, origin: string): CurlResult {
  const line = splitShell(command.trim().replace(/^[$>]\s+/, ''));
  try {
    if (line.open) throw new Refusal({ key: 'Curl.Refused.Quote', values: [] });
    const [program, ...words] = line.words;
    if (program === undefined || !/^(.*[/\\])?curl(\.exe)?$/i.test(program.text)) throw new Refusal({ key: 'Curl.Refused.NotCurl', values: [] });
    const read = finish(collect(words), origin);
    if (line.more) read.notes.push({ key: 'Curl.Note.More', values: [] });
    return { read };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.said };
    throw error;
  }
}
