import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { archiveClasses } from './class-archive.ts';
import type { Prepared } from './node.ts';

const HERE = import.meta.dirname;
const JAVA_MAJOR_MIN = 21;
const OUTPUT_BYTES_MAX = 16_000_000;
const SERVER_JAR = /elasticsearch-(\d[\w.-]*)\.jar$/;

/** Each folder of jars with the class that Elasticsearch starts in it. */
const PLUGIN_CLASSES = {
  'modules/transport-netty4': 'org.elasticsearch.transport.netty4.Netty4Plugin',
  'plugins/gaps': 'gaps.GapsPlugin',
} as const;

/** What a node of our own needs from this machine. */
export type Tools = { jdk: string; maven: string };
export type ToolsFound = { ok: true; tools: Tools } | { ok: false; why: string };

/** A JDK that is new enough (JAVA_HOME, then where Linux installs them) and Maven; else what is missing. */
export function findTools(): ToolsFound {
  const jdk = [process.env.JAVA_HOME ?? '', ...globSync('/usr/lib/jvm/*')].find(isJdk);
  const maven = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'mvn'))
    .find((file) => existsSync(file));
  if (jdk === undefined) return { ok: false, why: `no JDK ${JAVA_MAJOR_MIN} or newer was found (JAVA_HOME names one)` };
  if (maven === undefined) return { ok: false, why: '`mvn` is not on the PATH' };
  return { ok: true, tools: { jdk, maven } };
}

function isJdk(home: string): boolean {
  const release = join(home, 'release');
  if (home === '' || !existsSync(join(home, 'bin', 'javac')) || !existsSync(release)) return false;
  const major = /JAVA_VERSION="(\d+)/.exec(readFileSync(release, 'utf8'))?.[1];
  return Number(major) >= JAVA_MAJOR_MIN;
}

/**
 * The folder that nodes run from: jars, compiled launcher, class archive. It is made once for these sources and this JDK
 * and kept beside other temporary files, so later runs find it. Two processes may prepare at once: each works in a folder
 * of its own, and the first to finish gives it the name.
 */
export async function prepareNode({ jdk, maven }: Tools): Promise<Prepared> {
  const home = join(tmpdir(), `governor-elasticsearch-${userInfo().uid}-${stampOf(jdk)}`);
  const prepared: Prepared = { home, java: join(jdk, 'bin', 'java'), archive: join(home, 'classes.jsa') };
  if (!existsSync(home)) await build(home, { jdk, maven });
  assertOurs(home);
  if (!existsSync(prepared.archive)) await archiveClasses(prepared);
  return prepared;
}

/** Changes with everything that the prepared files are made of. */
function stampOf(jdk: string): string {
  const hash = createHash('sha256')
    .update(jdk)
    .update(readFileSync(join(jdk, 'release')));
  const made = [join(HERE, 'pom.xml'), import.meta.filename, ...javaFiles('launch'), ...javaFiles('gaps')];
  for (const file of made) hash.update(basename(file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

const javaFiles = (part: string): string[] => globSync(join(HERE, 'java', part, '*.java')).sort();

async function build(home: string, { jdk, maven }: Tools): Promise<void> {
  const work = `${home}.${randomUUID().slice(0, 8)}`;
  mkdirSync(work, { mode: 0o700 });
  try {
    await run(maven, ['-q', '-B', '-f', join(HERE, 'pom.xml'), `-Dnode.home=${work}`, 'process-resources']);
    await Promise.all([
      compile(jdk, work, javaFiles('launch'), join(work, 'lib', 'launch.jar')),
      compile(jdk, work, javaFiles('gaps'), join(work, 'plugins', 'gaps', 'gaps.jar')),
    ]);
    describePlugins(work);
    linkCompression(work);
    giveName(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function giveName(work: string, home: string): void {
  try {
    renameSync(work, home);
  } catch (fault) {
    // Another process was first, and made the same from the same sources.
    if (!existsSync(home)) throw fault;
  }
}

async function compile(jdk: string, work: string, sources: readonly string[], jar: string): Promise<void> {
  const classes = `${jar}.classes`;
  mkdirSync(classes, { recursive: true });
  await run(join(jdk, 'bin', 'javac'), ['-d', classes, '-cp', join(work, 'lib', '*'), ...sources]);
  await run(join(jdk, 'bin', 'jar'), ['--create', '--file', jar, '-C', classes, '.']);
  rmSync(classes, { recursive: true });
}

/** The published jars come without the file by which Elasticsearch tells a folder of jars from any other. */
function describePlugins(work: string): void {
  const version = globSync(join(work, 'lib', 'elasticsearch-*.jar')).flatMap((file) => SERVER_JAR.exec(file)?.[1] ?? [])[0];
  if (version === undefined) throw new Error('Maven brought no jar of the Elasticsearch server');
  for (const [folder, classname] of Object.entries(PLUGIN_CLASSES)) {
    const name = folder.slice(folder.indexOf('/') + 1);
    const told = {
      name,
      description: name,
      version,
      'elasticsearch.version': version,
      'java.version': JAVA_MAJOR_MIN,
      classname,
    };
    const lines = Object.entries(told).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(work, folder, 'plugin-descriptor.properties'), lines.join(''));
  }
}

function linkCompression(work: string): void {
  const zstd = globSync(['/usr/lib/*-linux-gnu/libzstd.so.1', '/usr/lib64/libzstd.so.1'])[0];
  if (zstd === undefined) return;
  mkdirSync(join(work, 'native'));
  symlinkSync(zstd, join(work, 'native', 'libzstd.so'));
}

/** The name can be foreseen by every account of the machine, and what lies there is run. */
function assertOurs(home: string): void {
  const { uid } = userInfo();
  if (uid >= 0 && statSync(home).uid !== uid) throw new Error(`\`${home}\` belongs to another account`);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args, { maxBuffer: OUTPUT_BYTES_MAX });
}
