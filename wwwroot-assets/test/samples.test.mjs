import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCurl } from '../src/islands/playground/curl';
import { keyVariable, sample } from '../src/islands/playground/samples';

const key = 'dyn_test_$"\'`key';
const nasty = 'quote \' double " back \\ slash $HOME `date` $(id) !bang %d {x} \t tab \u00e9 \u{1F600} # end';

let server;
let origin;
let received;
let all = [];
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samples-'));
  server = createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      received = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      all.push(received);
      response.end('{"ok":true}');
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function requests() {
  return {
    list: { method: 'GET', url: `${origin}/api/v1/contacts?q=a%20b%26c&tag=it's`, headers: [{ name: 'API-Version', value: '2024-01-15' }] },
    create: {
      method: 'POST',
      url: `${origin}/api/v1/contacts`,
      headers: [{ name: 'Idempotency-Key', value: 'it\'s "one" $HOME \\' }, { name: 'Content-Type', value: 'application/json' }],
      body: JSON.stringify({ name: nasty, 'odd key\'"': [1, -2.5, true, false, null, {}, []], nested: { lines: 'a\nb\r\nc' } }, null, 2),
    },
    exact: {
      method: 'PATCH',
      url: `${origin}/api/v1/contacts/con_1`,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      body: '{"big": 12345678901234567890, "sum": 1.50, "__proto__": "x", "s": "\\u2028 \u2028 \u0085 """"}',
    },
    text: { method: 'PUT', url: `${origin}/x`, headers: [{ name: 'Content-Type', value: 'text/plain' }], body: `${nasty}\nsecond line\n` },
    remove: { method: 'DELETE', url: `${origin}/api/v1/contacts/con_1`, headers: [] },
  };
}

function present(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

async function run(command, args) {
  received = undefined;
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, [keyVariable]: key, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' } });
  let output = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { output += chunk; });
  const code = await new Promise((done, fail) => { child.on('error', fail); child.on('close', done); });
  assert.equal(code, 0, output);
  return output;
}

function assertSent(request, name) {
  assert.ok(received, `${name} was not sent`);
  assert.equal(received.method, request.method, name);
  assert.equal(received.url.replaceAll("'", '%27'), request.url.slice(origin.length).replaceAll("'", '%27'), name);
  assert.equal(received.headers['x-api-key'], key, name);
  for (const header of request.headers) assert.equal(received.headers[header.name.toLowerCase()], header.value, `${name} ${header.name}`);
  if (request.body === undefined) assert.equal(received.body, '', name);
  else if (name === 'create') assert.deepEqual(JSON.parse(received.body), JSON.parse(request.body), name);
  else assert.equal(received.body, request.body, name);
}

const runners = {
  curl: { available: () => present('curl', ['--version']), file: 'sample.sh', start: path => run('bash', [path]) },
  javascript: { available: () => true, file: 'sample.mjs', start: path => run(process.execPath, [path]) },
  python: { available: () => present('python3', ['-c', 'import requests']), file: 'sample.py', start: path => run('python3', [path]) },
};

for (const [language, runner] of Object.entries(runners)) {
  test(`${language} samples send what they show`, { skip: !runner.available() }, async () => {
    for (const [name, request] of Object.entries(requests())) {
      const path = join(folder, runner.file);
      writeFileSync(path, sample(language, request, 'X-API-Key'));
      const output = await runner.start(path);
      assertSent(request, name);
      assert.match(output, /\{"ok":true\}/, name);
    }
  });
}

// One program of all samples, since compiling takes seconds. Only .NET 10 runs a file without a project; native code would want another package.
test('csharp samples send what they show', { skip: !present('dotnet', ['--version']) }, async () => {
  const blocks = Object.values(requests()).map(request => `{\n${sample('csharp', request, 'X-API-Key')}\n}\n`);
  const path = join(folder, 'sample.cs');
  writeFileSync(path, `#:property PublishAot=false\n${blocks.join('')}`);
  all = [];
  const output = await run('dotnet', ['run', path]);
  assert.equal(output.match(/200 \{"ok":true\}/g)?.length, blocks.length, output);
  for (const [index, [name, request]] of Object.entries(requests()).entries()) {
    received = all[index];
    assertSent(request, name);
  }
});

test('curl samples are read back as they were', () => {
  for (const [name, request] of Object.entries(requests())) {
    const result = readCurl(sample('curl', request, 'X-API-Key'), origin);
    assert.ok('read' in result, name);
    assert.deepEqual(result.read.request, { ...request, url: new URL(request.url).href }, name);
    assert.equal(result.read.credential, undefined);
  }
});

test('without a key none is sent', () => {
  for (const language of ['curl', 'javascript', 'python', 'csharp']) {
    assert.doesNotMatch(sample(language, requests().create, undefined), new RegExp(keyVariable), language);
  }
});

test('JSON is written as data where nothing is lost', () => {
  const { create, exact } = requests();
  assert.match(sample('javascript', create, undefined), /JSON\.stringify\(\{\n {4}name: '/);
  assert.match(sample('python', create, undefined), /json=\{/);
  assert.doesNotMatch(sample('javascript', exact, undefined), /JSON\.stringify/);
  assert.match(sample('csharp', create, undefined), /"""\n {4}\{/);
});
