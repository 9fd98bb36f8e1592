import { readFile } from 'node:fs/promises';
import type { HandlerContext } from '../../activities/attempt/handler';
import { TaskFailure } from '../../tasks/failures';
import type { SecretSources } from '../../tasks/secret-ref';

/** Who gets a secret: the server of a request, or a command of `command.run`. */
export type SecretReceiver = { origin: string } | { command: string };

/** The task that names a secret. */
export type SecretUser = Pick<HandlerContext, 'tenant'>;

/** Where handlers get secrets that inputs name. */
export interface SecretResolver {
  /**
   * The value of a secret for one receiver.
   * @param task Absent where an operator looks what became of one.
   * @throws TaskFailure `CONFIG_MISSING_SETTING` when it is unknown, another tenant's, or cannot be read here; `PERMANENT_PERMISSION` when it may not go there.
   */
  resolve(name: string, to: SecretReceiver, task?: SecretUser): Promise<string>;
}

/** Longest secret, in characters: any key of a known kind. */
const LONGEST = 8192;

/** Secrets of the environment and of files, as the settings name them. They are read anew each time: a file may change. */
export class ConfiguredSecrets implements SecretResolver {
  constructor(
    private readonly sources: SecretSources = {},
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  async resolve(name: string, to: SecretReceiver, task?: SecretUser): Promise<string> {
    const source = Object.hasOwn(this.sources, name) ? this.sources[name] : undefined;
    // Another tenant's is not there, as everywhere.
    const isTheirs = !task || !source?.tenants || source.tenants.some((tenant) => tenant === task.tenant);
    if (!source || !isTheirs)
      throw missing(
        `There is no secret ${name} on this worker: HOLDFAST_SECRETS does not name it${task?.tenant === undefined ? '' : ` for ${task.tenant}`}.`,
      );
    const allowed = 'origin' in to ? source.origins.includes(to.origin) : source.commands.includes(to.command);
    if (!allowed) {
      const refused = 'origin' in to ? `be sent to ${to.origin}` : `go to the command ${to.command}`;
      throw new TaskFailure('PERMANENT_PERMISSION', `The secret ${name} may not ${refused}.`);
    }
    const value = source.file === undefined ? this.env[source.env ?? ''] : await read(name, source.file);
    const text = value?.replace(/\r?\n$/, '');
    if (!text) throw missing(`The secret ${name} is empty on this worker.`);
    if ('origin' in to && !/^[\x20-\x7e]+$/.test(text)) {
      throw missing(`The secret ${name} is not one line of printable ASCII.`);
    }
    if (text.length > LONGEST || text.includes('\0')) {
      throw missing(`The secret ${name} is no text of at most ${LONGEST} characters.`);
    }
    return text;
  }
}

async function read(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw missing(`The file of the secret ${name} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function missing(message: string): TaskFailure {
  return new TaskFailure('CONFIG_MISSING_SETTING', message);
}
