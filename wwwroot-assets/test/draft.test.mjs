import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCurl } from '../src/islands/playground/curl';
import { draftOfCurl } from '../src/islands/playground/curl-draft';
import { draftOf, missing, pathOf, requestOf, withoutSecrets } from '../src/islands/playground/draft';
import { fieldsOf, getAt, putAt, readField, showField } from '../src/islands/playground/fields';
import { History } from '../src/islands/playground/history';
import { covers } from '../src/islands/playground/key-source';
import { limitSentence } from '../src/islands/playground/limit-words';
import { readLimits } from '../src/islands/playground/limits';
import { ApiDocument } from '../src/islands/playground/openapi';
import { matches } from '../src/islands/playground/operation-list';
import { suggestNames, suggestValues } from '../src/islands/playground/suggestions';

const contact = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'The whole name.' },
    age: { type: ['null', 'integer'] },
    score: { type: 'number' },
    vip: { type: 'boolean' },
    stage: { oneOf: [{ $ref: '#/components/schemas/Stage' }, { type: 'null' }] },
    tags: { type: ['null', 'array'], items: { type: 'string' } },
    address: { type: 'object', properties: { city: { type: 'string' }, geo: { type: 'object', properties: { lat: { type: 'number' } } } } },
    extra: {},
    'a/b~c': { type: 'string' },
  },
};

const error = { description: 'Bad', content: { 'application/json': { schema: { type: 'object' } } } };

const api = new ApiDocument({
  openapi: '3.1.1',
  paths: {
    '/api/v1/contacts': {
      get: { operationId: 'list', summary: 'List contacts', tags: ['Contacts'], parameters: [{ name: 'page', in: 'query', schema: { type: 'integer' } }, { name: 'q', in: 'query', schema: { type: 'string' } }], security: [{ Key: [] }], responses: {} },
      post: {
        operationId: 'create', summary: 'Create a contact', tags: ['Contacts'], parameters: [{ $ref: '#/components/parameters/Version' }], 'x-sufficient-scopes': ['contacts:write'],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Contact' }, examples: { one: { summary: 'One', value: { name: 'Ada' } } } } } },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Contact' } } } }, 400: { $ref: '#/components/responses/Bad' }, '5XX': { $ref: '#/components/responses/Bad' } },
      },
    },
    '/api/v1/contacts/{id}': { get: { operationId: 'read', summary: 'Read', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }], responses: {} } },
    '/api/v1/contacts/search': { get: { operationId: 'search', summary: 'Search', responses: {} } },
  },
  components: {
    schemas: { Contact: contact, Stage: { type: 'string', enum: ['new', 'won'] } },
    parameters: { Version: { name: 'API-Version', in: 'header', schema: { type: 'string' } } },
    responses: { Bad: error },
  },
});

const origin = 'http://localhost:5080';
const create = api.find('create');
const fields = Object.fromEntries(fieldsOf(api, create.body.schema).map(field => [field.name, field]));

test('operations are found by id and by path, the more literal first', () => {
  assert.equal(api.operations.length, 4);
  assert.equal(api.match('get', '/api/v1/contacts/search').operation.id, 'search');
  assert.deepEqual(api.match('GET', '/api/v1/contacts/con%201').values, { id: 'con 1' });
  assert.equal(api.match('DELETE', '/api/v1/contacts'), undefined);
  assert.equal(api.match('GET', '/api/v1/contacts/'), undefined);
});

test('search wants every word somewhere', () => {
  assert.ok(matches(create, 'post CONT'));
  assert.ok(!matches(create, 'post deals'));
});

test('answers are found by status, by class of status and through references', () => {
  assert.equal(api.answerPointer(create, 201, 'application/json; charset=utf-8'), '#/paths/~1api~1v1~1contacts/post/responses/201/content/application~1json/schema');
  assert.equal(api.answerPointer(create, 400, 'application/json'), '#/components/responses/Bad/content/application~1json/schema');
  assert.equal(api.answerPointer(create, 503, 'application/json'), '#/components/responses/Bad/content/application~1json/schema');
  assert.equal(api.answerPointer(create, 404, 'application/json'), undefined);
  assert.equal(api.answerPointer(create, 400, 'text/plain'), undefined);
});

test('fields have the kind of their schema', () => {
  const kinds = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.kind]));
  assert.deepEqual(kinds, { name: 'text', age: 'integer', score: 'number', vip: 'boolean', stage: 'choice', tags: 'list', address: 'object', extra: 'json', 'a/b~c': 'text' });
  assert.ok(fields.name.required && !fields.age.required && fields.age.nullable && fields.stage.nullable);
  assert.deepEqual(fields.stage.options, ['new', 'won']);
  assert.deepEqual(fields.address.fields.map(field => field.name), ['city', 'geo']);
});

test('what is typed becomes the value of its type, and what does not fit stays for the check to name', () => {
  assert.equal(readField(fields.age, '42'), 42);
  assert.equal(readField(fields.age, 'many'), 'many');
  assert.equal(readField(fields.vip, 'true'), true);
  assert.deepEqual(readField(fields.tags, 'a\n\n b '), ['a', 'b']);
  assert.deepEqual(readField(fields.extra, '{"a":1}'), { a: 1 });
  assert.equal(readField(fields.extra, '{"a'), '{"a');
  for (const field of Object.values(fields)) assert.equal(readField(field, ''), undefined, field.name);
});

test('form and JSON say the same in both directions', () => {
  const values = { name: 'Ada', age: 36, score: -1.5, vip: false, stage: 'won', tags: ['a', 'b'], extra: [1], 'a/b~c': 'x' };
  for (const [name, value] of Object.entries(values)) assert.deepEqual(readField(fields[name], showField(fields[name], value)), value, name);
});

test('a value is put in and taken out without touching what the form does not know', () => {
  const body = { unknown: 1, address: { city: 'London' } };
  assert.deepEqual(putAt(body, ['name'], 'Ada'), { unknown: 1, address: { city: 'London' }, name: 'Ada' });
  assert.deepEqual(putAt(body, ['address', 'geo', 'lat'], 51.5).address, { city: 'London', geo: { lat: 51.5 } });
  assert.deepEqual(putAt(body, ['address', 'city'], undefined), { unknown: 1 });
  assert.deepEqual(putAt([1], ['name'], 'Ada'), { name: 'Ada' });
  assert.equal(getAt(body, ['address', 'city']), 'London');
  assert.equal(getAt(body, ['address', 'geo', 'lat']), undefined);
  assert.deepEqual(body, { unknown: 1, address: { city: 'London' } });
});

test('the schema suggests names and values', () => {
  assert.deepEqual(suggestNames(api, create.body.schema, ['address']).map(({ label }) => label), ['city', 'geo']);
  assert.deepEqual(suggestValues(api, create.body.schema, ['stage']).map(({ insert }) => insert), ['"new"', '"won"']);
  assert.deepEqual(suggestValues(api, create.body.schema, ['vip']).map(({ insert }) => insert), ['true', 'false']);
  assert.deepEqual(suggestNames(api, create.body.schema, ['nowhere', 'else']), []);
});

test('a request holds what was filled in, encoded', () => {
  const read = api.find('read');
  const draft = { ...draftOf(read), parameters: { 'path:id': 'a/b c' } };
  assert.equal(pathOf(draft, read), '/api/v1/contacts/a%2Fb%20c');
  assert.deepEqual(missing(draftOf(read), read).map(({ name }) => name), ['id']);
  assert.equal(pathOf(draftOf(read), read), '/api/v1/contacts/{id}');
  const list = api.find('list');
  assert.equal(pathOf({ ...draftOf(list), parameters: { 'query:q': 'a&b', 'query:page': '' } }, list), '/api/v1/contacts?q=a%26b');
  const posted = requestOf({ ...draftOf(create), parameters: { 'header:API-Version': '2024-01-15' } }, create, origin);
  assert.deepEqual(posted.headers, [{ name: 'API-Version', value: '2024-01-15' }, { name: 'Content-Type', value: 'application/json' }]);
  assert.deepEqual(JSON.parse(posted.body), { name: 'Ada' });
});

test('no secret is kept', () => {
  const draft = {
    ...draftOf(create), body: '{"email":"a@b.c","password":"hunter2","nested":[{"refresh_token":"rt_1","ok":1}]}',
    headers: [{ name: 'Authorization', value: 'x' }, { name: 'X-Trace', value: 'y' }],
  };
  const kept = withoutSecrets(draft);
  assert.deepEqual(JSON.parse(kept.body), { email: 'a@b.c', password: '', nested: [{ refresh_token: '', ok: 1 }] });
  assert.deepEqual(kept.headers, [{ name: 'X-Trace', value: 'y' }]);
  assert.equal(withoutSecrets({ ...draft, body: '{"password":"hunt' }).body, '');
});

test('history keeps the newest fifty, survives a reload and what is broken', () => {
  const stored = new Map();
  const storage = { getItem: key => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: key => stored.delete(key) };
  const sent = id => ({ id: String(id), at: id, draft: { ...draftOf(create), body: '{"password":"x"}' }, path: '/', keyName: '', mode: 'test', status: 200, duration: 1, requestId: undefined });
  const history = new History(storage, 'h');
  for (let id = 1; id <= 60; id++) history.add(sent(id));
  assert.deepEqual([history.all.length, history.all[0].id], [50, '60']);
  assert.ok(!stored.get('h').includes('"password":"x"') && !stored.get('h').includes('\\"x\\"'));
  const again = new History(storage, 'h');
  again.remove('60');
  assert.equal(again.find('60'), undefined);
  assert.equal(new History(storage, 'h').all.length, 49);
  again.clear();
  assert.equal(stored.size, 0);
  stored.set('h', '[{"id":1},"x",null]');
  assert.deepEqual(new History(storage, 'h').all, []);
  stored.set('h', '{broken');
  assert.deepEqual(new History(storage, 'h').all, []);
});

test('limits are read from the structured headers and said in words', () => {
  const headers = (state, policy, ...more) => [{ name: 'ratelimit', value: state }, { name: 'ratelimit-policy', value: policy }, ...more];
  const state = readLimits(headers('"key";r=998;t=40', '"key";q=1000;w=60'));
  assert.deepEqual(state, { name: 'key', limit: 1000, window: 60, remaining: 998, reset: 40, retryAfter: undefined });
  const words = { 'Limit.PerMinute': '{0} a minute', 'Limit.OfKey': 'by this key', 'Limit.OfPattern': 'by the limit of {0}', 'Limit.OfCategory': 'for {0}', 'Limit.Left': '{0}: {1} left, full again in {2}.', 'Limit.Seconds': '{0} s', 'Limit.Minutes': '{0} min', 'Limit.Refused': '{0}: used up. Next in {1}.', 'Limit.None': 'None.' };
  const t = (key, ...values) => (words[key] ?? key).replace(/\{(\d)\}/g, (_, index) => values[index]);
  assert.equal(limitSentence(t, state, 'en-US'), '1,000 a minute by this key: 998 left, full again in 40 s.');
  const refused = readLimits(headers('"category:crm_write";r=0;t=120', '"category:crm_write";q=100;w=60', { name: 'Retry-After', value: '7' }));
  assert.equal(limitSentence(t, refused, 'en-US'), '100 a minute for crm write: used up. Next in 7 s.');
  const pattern = readLimits(headers('"pattern:/api/auth/*";r=1;t=100', '"pattern:/api/auth/*";q=10;w=60'));
  assert.equal(limitSentence(t, pattern, 'en-US'), '10 a minute by the limit of /api/auth/*: 1 left, full again in 2 min.');
  assert.equal(readLimits(headers('"unlimited";r=2147483647', '"unlimited";q=2147483647')), null);
  assert.equal(readLimits([]), undefined);
  assert.equal(limitSentence(t, null), 'None.');
});

test('scopes cover as the server has it', () => {
  assert.ok(covers(['*'], 'contacts:read') && covers(['contacts:*'], 'contacts:read') && covers(['contacts:write'], 'contacts:delete'));
  assert.ok(!covers(['contacts:write'], 'contacts:read') && !covers(['contacts:create'], 'contacts:write') && !covers([], 'contacts:read'));
});

test('a curl command becomes a draft of its operation', () => {
  const draft = command => draftOfCurl(api, readCurl(command, origin).read);
  const list = draft(`curl '${origin}/api/v1/contacts?q=a%26b&page=2&other=1' -H 'X-Trace: 1'`);
  assert.deepEqual(list.draft.parameters, { 'query:q': 'a&b', 'query:page': '2' });
  assert.deepEqual(list.draft.headers, [{ name: 'X-Trace', value: '1' }]);
  assert.deepEqual(list.notes.map(({ key }) => key), ['Curl.Note.UnknownQuery']);
  const posted = draft(`curl ${origin}/api/v1/contacts --json '{"name":"Ada"}' -H 'api-version: 2023-12-01'`);
  assert.deepEqual([posted.draft.operationId, posted.draft.parameters, posted.draft.body], ['create', { 'header:API-Version': '2023-12-01' }, '{"name":"Ada"}']);
  const unknown = draft(`curl -X PUT ${origin}/api/contacts/1?x=y -d '{}'`);
  assert.deepEqual([unknown.draft.operationId, unknown.draft.path, unknown.notes.at(-1).key], [null, '/api/contacts/1?x=y', 'Curl.Note.UnknownOperation']);
});
