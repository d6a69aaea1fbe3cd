import { headerOf, type Header } from './http';

/** The state of the tightest limit, as the answer's headers tell it. */
export interface LimitState {
  /** As the portal names it: `key`, `category:crm_read`, `pattern:…`, `global`. */
  name: string;
  limit: number;
  /** Seconds. */
  window: number;
  remaining: number;
  /** Seconds until all of it is there again. */
  reset: number;
  /** Seconds until the next call succeeds; only after a refusal. */
  retryAfter: number | undefined;
}

/** A structured field's item (RFC 9651): `"name";a=1;b=2`. */
function readItem(text: string | undefined): { name: string; parameters: Map<string, number> } | undefined {
  const found = /^\s*"((?:[^"\\]|\\.)*)"((?:\s*;\s*[a-z*][\w.*-]*=-?\d+)*)/.exec(text ?? '');
  if (found === null) return undefined;
  const parameters = new Map([...found[2]!.matchAll(/([a-z*][\w.*-]*)=(-?\d+)/g)].map(([, name, value]) => [name!, Number(value)]));
  return { name: found[1]!.replace(/\\(.)/g, '$1'), parameters };
}

/** Reads `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers); null where nothing limits, undefined without the headers. */
export function readLimits(headers: readonly Header[]): LimitState | null | undefined {
  const policy = readItem(headerOf(headers, 'RateLimit-Policy'));
  const state = readItem(headerOf(headers, 'RateLimit'));
  if (policy === undefined || state === undefined) return undefined;
  if (state.name === 'unlimited') return null;
  const retry = Number(headerOf(headers, 'Retry-After'));
  return {
    name: state.name,
    limit: policy.parameters.get('q') ?? 0,
    window: policy.parameters.get('w') ?? 60,
    remaining: state.parameters.get('r') ?? 0,
    reset: state.parameters.get('t') ?? 0,
    retryAfter: Number.isFinite(retry) && retry > 0 ? retry : undefined,
  };
}
