import { endQuietlyWhenClosed } from './cli/closed-pipe.ts';
import { runCli } from './cli/run-cli.ts';

endQuietlyWhenClosed(process.stdout, process.stderr);
process.exitCode = await runCli(process.argv.slice(2), { out: process.stdout, err: process.stderr });
