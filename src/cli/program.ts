import { Command, CommanderError } from 'commander';
import { settingsHere } from '../home';
import { printableLines } from '../tasks/printable';
import { VERSION } from '../version';
import { modulesFor } from './commands';
import { EXIT } from './exit-codes';
import { Output } from './output/output';
import { wrapped } from './output/wrap';
import { Runner } from './runner';
import type { AppSource } from './session';

/**
 * Runs one command and ends the process with its exit code.
 * @param app Gives the app whose task types it knows, when a command needs them.
 */
export async function runCli(args: readonly string[], app: AppSource): Promise<void> {
  // What the home that runs here says, as if it had been typed.
  Object.assign(process.env, settingsHere(process.env).env);
  endQuietlyWhenNobodyReads();
  const runner = new Runner(app);
  const program = new Command('holdfast')
    .description('See, explain and repair background tasks. Works on Temporal itself, also while the API is down.')
    .version(VERSION)
    .addHelpText(
      'after',
      '\nRoles:\n  dev      all of the app in this folder, again on changes\n  worker   one role of it, for production;\n           likewise api and monitor',
    )
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    // Narrow terminals wrap sooner than commander does by itself.
    .configureHelp({ minWidthToWrap: 15 })
    .configureOutput({
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
      writeOut: (text) => process.stdout.write(printableLines(text, '')),
      writeErr: (text) => process.stderr.write(fitting(printableLines(text, ''))),
    });
  try {
    for (const { load } of modulesFor(args)) (await load())(program, runner);
    await program.parseAsync(args, { from: 'user' });
    process.exitCode = runner.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Exit code 0 for requested help; 1 when help is printed because no command was given.
    if (error.exitCode === 0) process.exitCode = EXIT.ok;
    else process.exitCode = error.code === 'commander.help' ? EXIT.refused : EXIT.usage;
  }
  // A call that the SDK would try again keeps the process alive, or breaks on a connection that was closed.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

function fitting(text: string): string {
  const { width } = new Output(false);
  return text
    .split('\n')
    .flatMap((line) => wrapped(line, width))
    .join('\n');
}

function helpWidth(): number {
  const { width } = new Output(false);
  return Number.isFinite(width) ? width : 80;
}

/** `holdfast list | head -3` closes the pipe early: that is no error. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
}
