// Hosts a sandbox on the home given as the first argument, in a process of its own that a test can kill.
import { hostSandbox } from './host.ts';

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('a home is needed');
const hosted = await hostSandbox({ home });
process.stdout.write(`${JSON.stringify(hosted.sandbox.environment())}\n`);
