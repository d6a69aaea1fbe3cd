// Builds the browser side of the portal: installs the packages when the lock file changed, checks the types, bundles.
// Called by build/WebAssets.targets; by hand: npm run build. Everything that goes wrong is said on stderr.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

async function bundle() {
  const { build } = await import('esbuild');
  const shared = { bundle: true, minify: true, write: false, target: 'es2022', legalComments: 'none', logLevel: 'silent' };
  const [portal, theme, styles] = await Promise.all([
    build({ ...shared, entryPoints: [entries.portal], format: 'esm' }),
    build({ ...shared, entryPoints: [entries.theme], format: 'iife' }),
    build({ ...shared, entryPoints: [entries.styles] }),
  ]);
  return { 'portal.js': portal, 'theme.js': theme, 'portal.css': styles };
}

function publish(bundles) {
  mkdirSync(outDir, { recursive: true });
  for (const [name, result] of Object.entries(bundles)) {
    const target = join(outDir, name);
    const partial = `${target}.${process.pid}.partial`;
    writeFileSync(partial, result.outputFiles[0].contents);
    renameSync(partial, target);
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
