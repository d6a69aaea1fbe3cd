import type { HttpAnswer, HttpRequest, Timing } from './http';

function timingOf(url: string, started: number, ended: number): Timing {
  const timing: Timing = { total: ended - started };
  const entry = performance.getEntriesByName(url, 'resource').at(-1) as PerformanceResourceTiming | undefined;
  if (entry === undefined || entry.startTime < started - 1) return timing;
  if (entry.requestStart > 0 && entry.responseStart > 0) timing.waiting = entry.responseStart - entry.requestStart;
  const server = entry.serverTiming.find(metric => metric.duration > 0);
  if (server !== undefined) timing.server = server.duration;
  return timing;
}

/** Sends a request from the browser, without cookies, so that the key alone decides. */
export async function send(request: HttpRequest, credential: string | undefined, keyHeader: string, signal: AbortSignal): Promise<HttpAnswer> {
  const headers = new Headers(request.headers.map(({ name, value }): [string, string] => [name, value]));
  if (credential !== undefined) headers.set(keyHeader, credential);
  performance.clearResourceTimings();
  const started = performance.now();
  const response = await fetch(request.url, {
    method: request.method,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  const body = await response.text();
  const ended = performance.now();
  return {
    status: response.status,
    statusText: response.statusText || reasons[response.status] || '',
    headers: [...response.headers].map(([name, value]) => ({ name, value })),
    body,
    size: new TextEncoder().encode(body).length,
    timing: timingOf(request.url, started, ended),
  };
}

/** HTTP/2 sends no reason. These are the names of RFC 9110, the same in every language. */
const reasons: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 304: 'Not Modified', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden',
  404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 413: 'Content Too Large', 415: 'Unsupported Media Type',
  422: 'Unprocessable Content', 429: 'Too Many Requests', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};
