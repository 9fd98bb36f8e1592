import { setMaxListeners } from 'node:events';
import { type Command, Option } from 'commander';
import { HoldfastError, StartError } from '../errors';
import { printableJson } from '../tasks/printable';
import { EXIT } from './exit-codes';
import { Output } from './output/output';
import type { AppSource, CommonOptions, Session } from './session';
import { UsageError } from './usage-error';

export { UsageError };

/** Does a command's work; returns its exit code, unless that is 0. */
type Action<Args extends unknown[]> = (session: Session, ...args: Args) => Promise<number | undefined>;

/** What a variable of a shell becomes that is not set. */
function refuseEmpty(args: readonly unknown[]): void {
  const isEmpty = (arg: unknown) => typeof arg === 'string' && arg.trim() === '';
  if (args.flat().some(isEmpty)) throw new UsageError('An argument is empty: holdfast info "$ID" with no $ID.');
}

/** What a command gets to end in order after Ctrl-C, in milliseconds. */
const LAST_WORDS_MS = 5000;

/** Runs commands: gives each a session, and turns what it throws into a line and an exit code. */
export class Runner {
  exitCode: number = EXIT.ok;

  constructor(private readonly app: AppSource) {}

  /** Adds the options that every command has. */
  common(command: Command): Command {
    return command
      .option('--json', 'one JSON document instead of text')
      .option('--utc', 'times in UTC instead of the local zone')
      .addOption(new Option('--output <form>', 'how much a table shows').choices(['table', 'wide']));
  }

  /**
   * Wraps a command's work for commander's `action`.
   * @param doing What to name in errors, as in "Error listing tasks: …".
   */
  run<Args extends unknown[], Options extends object>(
    doing: string,
    action: Action<[...Args, Options & CommonOptions]>,
  ): (...args: [...Args, Options & CommonOptions, Command]) => Promise<void> {
    return async (...all) => {
      // Commander hands over the arguments, the options and the command; a command takes for itself the options that
      // its subcommands have too.
      const command = all.at(-1) as Command;
      const options = command.optsWithGlobals() as Options & CommonOptions;
      const args = [...all.slice(0, -2), options] as unknown as [...Args, Options & CommonOptions];
      const interruption = new AbortController();
      // Everything that waits listens.
      setMaxListeners(0, interruption.signal);
      const interrupt = () => {
        interruption.abort();
        setTimeout(() => process.exit(EXIT.interrupted), LAST_WORDS_MS).unref();
      };
      process.once('SIGINT', interrupt);
      let session: Session | undefined;
      try {
        refuseEmpty(args);
        // What it loads is not needed to say a version, or what is wrong with a command line.
        const { Session } = await import('./session');
        session = await Session.open(options, this.app, interruption.signal);
        this.exitCode = (await action(session, ...args)) ?? EXIT.ok;
      } catch (error) {
        this.exitCode = this.failed(doing, error, options.json === true, session?.address);
      } finally {
        process.removeListener('SIGINT', interrupt);
      }
      if (interruption.signal.aborted) this.exitCode = EXIT.interrupted;
    };
  }

  private failed(doing: string, error: unknown, asJson: boolean, address: string | undefined): number {
    if (!(error instanceof HoldfastError || error instanceof StartError || error instanceof UsageError)) throw error;
    const code = error instanceof HoldfastError ? error.code : 'usage';
    const out = new Output(asJson);
    const away = code === 'unavailable' && address !== undefined;
    const where = away && { address };
    if (asJson) out.note(printableJson(JSON.stringify({ error: { code, message: error.message, ...where } })));
    else if (code === 'task-not-found') out.note(`Task ${(error as HoldfastError).extra.taskId} not found`);
    else out.note(`Error ${doing}: ${error.message}`);
    if (code === 'unavailable' || code === 'not-set-up') {
      if (!asJson)
        out.note(`${away ? `It is looked for at ${address}; ` : ''}holdfast doctor looks for what is wrong.`);
      return EXIT.unavailable;
    }
    return code === 'usage' || code === 'invalid-request' || code === 'unknown-task-type' ? EXIT.usage : EXIT.refused;
  }
}
