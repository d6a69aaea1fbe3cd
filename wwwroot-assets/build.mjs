// Builds the browser side of the portal: installs the packages when the lock file changed, checks the types, bundles.
// Called by build/WebAssets.targets; by hand: npm run build. Everything that goes wrong is said on stderr.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const outDir = join(root, '..', 'Portal', 'wwwroot', 'assets');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.installed-from');
const lockFile = join(root, '.build-lock');
const lockTimeoutMs = 10 * 60 * 1000;

const entries = {
  portal: join(root, 'src', 'portal.ts'),
  theme: join(root, 'src', 'theme-early.ts'),
  styles: join(root, 'src', 'styles', 'portal.css'),
  referenceStyles: join(root, 'src', 'styles', 'reference.css'),
};

/** Loaded by the pages that show them; what they share or load later lies in chunks, whose names hold a hash of their content. */
const islands = {
  'json-editor': join(root, 'src', 'islands', 'json-editor.ts'),
  playground: join(root, 'src', 'islands', 'playground.ts'),
  reference: join(root, 'src', 'islands', 'reference.ts'),
};
const workers = { validator: join(root, 'src', 'islands', 'playground', 'validator-worker.ts') };
const chunkFolder = 'chunks';

/** What packages ask at build time: Vue's switches, and whether this is a build for development. */
const defines = {
  'process.env.NODE_ENV': '"production"',
  __VUE_OPTIONS_API__: 'true',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
};

class BuildError extends Error {}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    throw new BuildError(`Node.js 20 or newer is needed, this is ${process.versions.node}. Install a newer Node.js and build again.`);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** The pid in the lock file; undefined when the file has gone or its owner has not written it yet. */
function lockOwner() {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || undefined;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Two builds at once take turns; a lock whose process has died is taken over. */
async function withLock(work) {
  const giveUpAt = Date.now() + lockTimeoutMs;
  while (!tryLock()) {
    const owner = lockOwner();
    if (owner !== undefined && !isAlive(owner)) {
      rmSync(lockFile, { force: true });
    } else if (Date.now() > giveUpAt) {
      throw new BuildError(`Another build holds ${lockFile} (process ${owner}). Delete the file if no build is running.`);
    } else {
      await delay(200);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function run(command, args, failure, shell = false) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell });
  if (result.error?.code === 'ENOENT') {
    throw new BuildError(`${command} was not found. Install it (npm comes with Node.js; Debian, Ubuntu: apt-get install npm) and build again.`);
  }
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new BuildError(`${failure}\n${result.stdout}${result.stderr}`.trimEnd());
  }
}

function packagesHash() {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/** npm ci empties node_modules first, and the stamp lies in it: whatever stops npm half-way, the next build installs again. */
function installPackages() {
  const wanted = packagesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // npm is a script on Windows, which only a shell can start.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    'npm ci failed in wwwroot-assets. It needs npm 9 or newer and access to an npm registry.', process.platform === 'win32');
  writeFileSync(stamp, wanted);
}

/** Scalar's reference is a `main`, and so is the page that it stands in: of landmarks like that a page has one. */
const oneMain = {
  name: 'one-main',
  setup(build) {
    build.onLoad({ filter: /api-reference[\\/]dist[\\/]components[\\/]ApiReference\.vue\.script\.js$/ }, ({ path }) => {
      const parts = readFileSync(path, 'utf8').split('createElementVNode("main", {');
      if (parts.length !== 2) throw new BuildError(`${path} has no single main element any more: look whether build.mjs must still replace it.`);
      return { contents: parts.join('createElementVNode("section", {'), loader: 'js' };
    });
  },
};

async function bundle() {
  const { build } = await import('esbuild');
  const shared = { bundle: true, minify: true, write: false, target: 'es2022', legalComments: 'none', logLevel: 'silent' };
  const split = {
    ...shared, format: 'esm', splitting: true, outdir: outDir, entryNames: '[name]', chunkNames: `${chunkFolder}/[name]-[hash]`, define: defines, plugins: [oneMain],
  };
  const results = await Promise.all([
    build({ ...shared, entryPoints: { portal: entries.portal }, outdir: outDir, format: 'esm' }),
    build({ ...shared, entryPoints: { theme: entries.theme }, outdir: outDir, format: 'iife' }),
    build({ ...shared, entryPoints: { portal: entries.styles, reference: entries.referenceStyles }, outdir: outDir }),
    build({ ...split, entryPoints: islands }),
    build({ ...shared, entryPoints: workers, outdir: outDir, format: 'iife' }),
  ]);
  return results.flatMap(result => result.outputFiles);
}

function write(target, contents) {
  const partial = `${target}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, target);
}

/** Chunks before the files that load them; those that nothing loads any more go. */
function publish(files) {
  const chunks = join(outDir, chunkFolder);
  mkdirSync(chunks, { recursive: true });
  const isChunk = file => dirname(file.path) === chunks;
  for (const file of files.filter(isChunk)) write(file.path, file.contents);
  for (const file of files.filter(file => !isChunk(file))) write(file.path, file.contents);
  const kept = new Set(files.map(file => file.path));
  for (const name of readdirSync(chunks)) {
    if (!kept.has(join(chunks, name))) rmSync(join(chunks, name), { force: true });
  }
}

function describe(error) {
  if (error instanceof BuildError) return error.message;
  if (!Array.isArray(error.errors)) return error.stack;
  return error.errors
    .map(({ text, location }) => (location ? `${relative(root, location.file)}(${location.line},${location.column}): ${text}` : text))
    .join('\n');
}

try {
  requireNode();
  await withLock(async () => {
    installPackages();
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '--noEmit', '--pretty', 'false'],
      'The TypeScript in wwwroot-assets does not compile.');
    publish(await bundle());
  });
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
