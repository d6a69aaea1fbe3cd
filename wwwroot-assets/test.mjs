// Runs the unit tests of src: bundles test/*.test.mjs, which import TypeScript, and hands them to node's runner.
// Arguments name the tests to run, without their ending; none runs all. The packages must be installed (npm run build).
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(join(root, 'test')).filter(name => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.includes(name.split('.')[0])));
const outdir = mkdtempSync(join(root, 'node_modules', '.tests-'));
try {
  await build({
    entryPoints: names.map(name => join(root, 'test', name)),
    outdir, bundle: true, format: 'esm', platform: 'node', target: 'node20', outExtension: { '.js': '.mjs' }, logLevel: 'warning',
  });
  const files = names.map(name => join(outdir, name));
  process.exitCode = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
