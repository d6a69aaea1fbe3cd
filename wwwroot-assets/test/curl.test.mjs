import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCurl } from '../src/islands/playground/curl';

const origin = 'http://localhost:5080';

function read(command) {
  const result = readCurl(command, origin);
  assert.ok('read' in result, `refused: ${JSON.stringify(result.refused)}`);
  return result.read;
}

function refused(command) {
  const result = readCurl(command, origin);
  assert.ok('refused' in result, 'it was read');
  return result.refused.key;
}

const keys = notes => notes.map(note => note.key);

test('address alone is a GET', () => {
  assert.deepEqual(read('curl http://localhost:5080/api/v1/ping').request, { method: 'GET', url: `${origin}/api/v1/ping`, headers: [] });
});

test('the portal’s own samples are read', () => {
  const { request, credential } = read('curl http://localhost:5080/api/v1/contacts -H "X-API-Key: dyn_test_abcdefghijklmnop"');
  assert.equal(credential, 'dyn_test_abcdefghijklmnop');
  assert.deepEqual(request.headers, []);
});

test('line continuations, quotes and headers', () => {
  const { request } = read(`curl -X POST 'http://localhost:5080/api/v1/contacts' \\
    -H 'Content-Type: application/json' \\
    -H "API-Version: 2024-01-15" \\
    -d '{"name": "Ada \\"the first\\" Lovelace"}'`);
  assert.equal(request.method, 'POST');
  assert.deepEqual(request.headers, [{ name: 'Content-Type', value: 'application/json' }, { name: 'API-Version', value: '2024-01-15' }]);
  assert.equal(request.body, '{"name": "Ada \\"the first\\" Lovelace"}');
});

test('Windows line ends and its continuation', () => {
  const { request } = read('curl -X DELETE ^\r\n  http://localhost:5080/api/v1/contacts/con_1');
  assert.deepEqual([request.method, request.url], ['DELETE', `${origin}/api/v1/contacts/con_1`]);
});

test('a continuation within a word joins it', () => {
  assert.equal(read('curl http://localhost:5080/api/v1/con\\\ntacts').request.url, `${origin}/api/v1/contacts`);
});

for (const [shell, body] of [
  [`'it'\\''s'`, "it's"],
  [`"a \\"b\\" \\$c \\\\ d"`, 'a "b" $c \\ d'],
  [`$'tab\\there\\nline \\'quoted\\' \\u00e9 \\x41 \\101 \\U0001F600'`, "tab\there\nline 'quoted' é A A 😀"],
  ['a\\ b', 'a b'],
  [`"plain"'and single'$'\\x21'`, 'plainand single!'],
  ["''", ''],
  [`'multi
line'`, 'multi\nline'],
]) {
  test(`body ${shell}`, () => assert.equal(read(`curl http://localhost:5080/x -d ${shell}`).request.body, body));
}

test('short options stand together and next to their values', () => {
  const { request } = read(`curl -sSLXPUT http://localhost:5080/api/v1/x -HAccept:application/json -d'{}'`);
  assert.equal(request.method, 'PUT');
  assert.deepEqual(request.headers[0], { name: 'Accept', value: 'application/json' });
  assert.equal(request.body, '{}');
});

test('long options take their value after an equals sign too', () => {
  assert.equal(read('curl --request=PATCH --url=http://localhost:5080/a').request.method, 'PATCH');
});

test('data makes a POST, pieces are joined as curl joins them', () => {
  const form = read('curl http://localhost:5080/x -d a=1 --data-urlencode "b=c d"').request;
  assert.deepEqual([form.method, form.body], ['POST', 'a=1&b=c%20d']);
  const json = read(`curl http://localhost:5080/x --json '{"a":' --json '1}'`);
  assert.equal(json.request.body, '{"a":1}');
  assert.deepEqual(json.notes, []);
});

test('a body without a type is sent as JSON, and that is said', () => {
  const { request, notes } = read(`curl http://localhost:5080/x -d '{}'`);
  assert.deepEqual(request.headers, [{ name: 'Content-Type', value: 'application/json' }]);
  assert.deepEqual(keys(notes), ['Curl.Note.JsonType']);
});

test('another type is kept, and that is said', () => {
  assert.deepEqual(keys(read(`curl http://localhost:5080/x -H 'content-type: text/csv' -d a`).notes), ['Curl.Note.OtherType']);
});

test('-G puts the data into the address', () => {
  const { request } = read('curl -G http://localhost:5080/api/v1/contacts?page=2 -d q=ada --data-urlencode "company=A & B"');
  assert.deepEqual([request.method, request.url, request.body], ['GET', `${origin}/api/v1/contacts?page=2&q=ada&company=A%20%26%20B`, undefined]);
});

test('another host is replaced by this portal, and that is said', () => {
  const { request, notes } = read('curl https://api.example.com/api/v1/contacts?page=2');
  assert.equal(request.url, `${origin}/api/v1/contacts?page=2`);
  assert.deepEqual(notes, [{ key: 'Curl.Note.Host', values: ['api.example.com'] }]);
});

test('a credential is taken out of the headers, whichever carries it', () => {
  assert.equal(read(`curl localhost:5080/x -H 'Authorization: Bearer eyJhbGciOi.J9.abc'`).credential, 'eyJhbGciOi.J9.abc');
  const variable = read('curl http://localhost:5080/x -H "X-API-Key: $PORTAL_API_KEY"');
  assert.deepEqual([variable.credential, keys(variable.notes)], [undefined, ['Curl.Note.KeyPlaceholder']]);
  assert.equal(read(`curl http://localhost:5080/x -H 'X-API-Key: YOUR_KEY'`).credential, undefined);
});

test('what the browser sends by itself is left out, and that is said', () => {
  const { request, notes } = read(`curl http://localhost:5080/x -H 'Cookie: a=b' -H 'User-Agent: me' -A me -b c=d -o out.json`);
  assert.deepEqual(request.headers, []);
  assert.deepEqual(keys(notes), ['Curl.Note.BrowserHeader', 'Curl.Note.BrowserHeader', 'Curl.Note.BrowserHeader']);
});

test('a header taken away and a header without value', () => {
  assert.deepEqual(read(`curl http://localhost:5080/x -H 'Accept:' -H 'X-Empty;'`).request.headers, [{ name: 'X-Empty', value: '' }]);
});

test('what follows the command is left out, and that is said', () => {
  for (const rest of ['| jq .', '> out.json', '&& echo done', '; ls']) {
    assert.deepEqual(keys(read(`curl http://localhost:5080/x ${rest}`).notes), ['Curl.Note.More'], rest);
  }
  assert.deepEqual(read('curl http://localhost:5080/x;').notes, []);
});

test('a prompt before the command and a comment behind it', () => {
  assert.equal(read('$ curl http://localhost:5080/x # the ping').request.url, `${origin}/x`);
});

for (const [command, key] of [
  ['curl -u me:secret http://localhost:5080/x', 'Curl.Refused.User'],
  ['curl -sume:secret http://localhost:5080/x', 'Curl.Refused.User'],
  ['curl http://me:secret@localhost:5080/x', 'Curl.Refused.User'],
  [`curl http://localhost:5080/x -H 'Authorization: Basic bWU6c2VjcmV0'`, 'Curl.Refused.User'],
  ['curl -F file=@a.csv http://localhost:5080/x', 'Curl.Refused.Form'],
  ['curl -d @body.json http://localhost:5080/x', 'Curl.Refused.File'],
  ['curl -T a.csv http://localhost:5080/x', 'Curl.Refused.File'],
  ['curl --cert me.pem http://localhost:5080/x', 'Curl.Refused.Certificate'],
  ['curl --frobnicate http://localhost:5080/x', 'Curl.Refused.Option'],
  [`curl http://localhost:5080/x -d '{"a":1}`, 'Curl.Refused.Quote'],
  ['curl -X', 'Curl.Refused.NoValue'],
  ['curl -X POST', 'Curl.Refused.NoUrl'],
  ['curl http://localhost:5080/a http://localhost:5080/b', 'Curl.Refused.SecondUrl'],
  ['curl "http://"', 'Curl.Refused.Url'],
  ['wget http://localhost:5080/x', 'Curl.Refused.NotCurl'],
  ['', 'Curl.Refused.NotCurl'],
]) {
  test(`refused: ${command}`, () => assert.equal(refused(command), key));
}

test('--data-raw may begin with @', () => assert.equal(read('curl http://localhost:5080/x --data-raw @me').request.body, '@me'));
