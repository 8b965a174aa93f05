import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGE = join(ROOT, 'node_modules', '@sparticuz', 'chromium');
const FONT_CONFIG = 'fonts-here.conf';
const LAUNCH_ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars'];

/** The package decides on import where to unpack and whether to bring its own libraries; both are given by environment. */
const UNPACK = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
const UNPACK_ENVIRONMENT = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };

/**
 * A headless Chromium from the installed packages, with its own libraries and fonts, so no system package is needed.
 * The packed one is built for Linux on x64; elsewhere an installed Chrome is used.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  const home = await unpacked();
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: LAUNCH_ARGS,
    env: { ...process.env, LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_FILE: join(home, FONT_CONFIG) },
  });
}

/**
 * The folder of the unpacked browser. It is filled beside its place and then moved there in one step: test files that
 * start at the same moment may both unpack, but none of them ever sees a half-written one.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const cache = join(ROOT, 'node_modules', '.cache');
  const home = join(cache, `chromium-${version}`);
  if (existsSync(home)) return home;

  const own = join(cache, `chromium-${version}.${process.pid}.${Date.now()}`);
  await mkdir(own, { recursive: true });
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
    cwd: ROOT,
    env: { ...process.env, ...UNPACK_ENVIRONMENT, TMPDIR: own },
  });
  await writeFile(join(own, FONT_CONFIG), fontConfig(home));
  try {
    await rename(own, home);
  } catch (fault) {
    await rm(own, { recursive: true, force: true });
    // Another test file was first; its browser is as good as ours.
    if (!existsSync(home)) throw fault;
  }
  return home;
}

/** The packed configuration names folders of another machine; this one names the packed fonts and the system's. */
function fontConfig(home: string): string {
  const folders = [join(home, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${folders.map((folder) => `<dir>${folder}</dir>`).join('')}<cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>
`;
}
