export interface Header {
  name: string;
  value: string;
}

/** A request as it goes over the wire, but for what the browser adds. */
export interface HttpRequest {
  method: string;
  /** Absolute. */
  url: string;
  headers: Header[];
  body?: string;
}

export interface HttpAnswer {
  status: number;
  statusText: string;
  headers: Header[];
  body: string;
  /** UTF-8 bytes of the body. */
  size: number;
  timing: Timing;
}

/** Milliseconds. */
export interface Timing {
  total: number;
  /** From the request's first byte to the answer's, where the browser tells. */
  waiting?: number;
  /** What the server says it took (Server-Timing), where it says so. */
  server?: number;
}

export function headerOf(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(header => header.name.toLowerCase() === wanted)?.value;
}

export function isJson(contentType: string | undefined): boolean {
  return /^application\/([\w.+-]+\+)?json\b/i.test(contentType ?? '');
}

/** Undefined where the text is no JSON; JSON's null is null. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Half-typed JSON is what an editor holds most of the time.
    return undefined;
  }
}
