import type { ReadCurl, Said } from './curl';
import { parameterKey, type Draft } from './draft';
import type { ApiDocument } from './openapi';

/**
 * What a curl command is as a draft: of the operation that it calls where the document describes one.
 * @param prefix The path that the portal is hosted under; empty at the root.
 */
export function draftOfCurl(api: ApiDocument, { request, credential, notes }: ReadCurl, prefix = ''): { draft: Draft; notes: Said[] } {
  const url = new URL(request.url);
  const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
  const found = api.match(request.method, path);
  const said = [...notes];
  const draft: Draft = { operationId: found?.operation.id ?? null, method: request.method, path: path + url.search, parameters: {}, headers: [], body: request.body ?? '' };
  if (found === undefined) {
    draft.headers = request.headers;
    said.push({ key: 'Curl.Note.UnknownOperation', values: [request.method, path] });
  } else {
    draft.path = found.operation.path;
    for (const [name, value] of Object.entries(found.values)) draft.parameters[`path:${name}`] = value;
    const known = new Map(found.operation.parameters.map(parameter => [`${parameter.in}:${parameter.name.toLowerCase()}`, parameter]));
    for (const [name, value] of url.searchParams) {
      const parameter = known.get(`query:${name.toLowerCase()}`);
      if (parameter === undefined) said.push({ key: 'Curl.Note.UnknownQuery', values: [name] });
      else draft.parameters[parameterKey(parameter)] = value;
    }
    for (const header of request.headers) {
      const parameter = known.get(`header:${header.name.toLowerCase()}`);
      if (parameter === undefined) draft.headers.push(header);
      else draft.parameters[parameterKey(parameter)] = header.value;
    }
  }
  if (credential !== undefined) said.push({ key: 'Curl.Note.KeyTaken', values: [] });
  return { draft, notes: said.length === 0 ? [{ key: 'Curl.Note.Read', values: [] }] : said };
}
