#!/usr/bin/env node
// The launcher: plain JavaScript on purpose, because it must start on any Node 20 or newer. The application itself is
// TypeScript that Node 24 runs as it is; where the system's Node is older, the launcher re-runs itself on the Node 24
// that npm installed beside the project. `governor tool NAME …` runs a development tool on that same Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 24;
const USAGE_ERROR = 2;
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) rerunOnBundledNode();
else await run(process.argv.slice(2));

async function run([first, ...rest]) {
  // Node 20 lacks it; a named import of it would end the launcher there before it could change over.
  nodeModule.enableCompileCache?.(join(here, 'node_modules', '.cache', 'compile'));
  if (first === 'tool') return runTool(rest);
  await import('./src/cli.ts');
}

async function runTool([name, ...args]) {
  if (name === 'node') {
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: withNodeFirst() });
    return forward(child);
  }
  const entry = name === undefined ? undefined : toolEntry(name);
  if (entry === undefined) fail(`no such tool: ${name ?? '(none)'}`);
  process.argv = [process.execPath, entry, ...args];
  process.env.PATH = withNodeFirst().PATH;
  await import(pathToFileURL(entry).href);
}

/** Tools name their entry in different places; the package behind the bin is read, never a shell shim. */
function toolEntry(name) {
  const owners = { vitest: 'vitest', tsc: 'typescript', biome: '@biomejs/biome' };
  const owner = owners[name];
  const manifest = owner && join(here, 'node_modules', owner, 'package.json');
  if (!manifest || !existsSync(manifest)) return undefined;
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[name]);
}

/** Children that a tool starts must find this Node, not the system's older one. */
function withNodeFirst() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${dirname(process.execPath)}${separator}${process.env.PATH ?? ''}` };
}

function bundledNode() {
  const names = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  for (const name of names) {
    try {
      const home = dirname(require.resolve(`${name}/package.json`));
      const file = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(file)) return file;
    } catch {
      // Not installed for this platform: the next name is tried, and the end of the list is reported below.
    }
  }
  return undefined;
}

function rerunOnBundledNode() {
  const node = bundledNode();
  if (node === undefined) {
    fail(
      `this needs Node ${NODE_MAJOR_MIN} or newer, and found ${process.versions.node}; ` +
        `no bundled Node for ${process.platform}-${process.arch} is installed. Run npm ci without --omit=optional, or install Node ${NODE_MAJOR_MIN}`,
    );
  }
  forward(spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }));
}

/** Signals reach the child, and its end is ours. */
function forward(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${child.spawnfile}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`governor: ${message}\n`);
  process.exit(USAGE_ERROR);
}
