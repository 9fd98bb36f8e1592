import { readFile } from 'node:fs/promises';
import { TaskFailure } from '../../tasks/failures';
import { REDACTED } from '../../tasks/redact-text';
import type { SecretSources } from '../../tasks/secret-ref';

/** Where handlers get secrets that inputs name. */
export interface SecretResolver {
  /**
   * The value of a secret for a request.
   * @throws TaskFailure `CONFIG_MISSING_SETTING` when it is unknown or cannot be read here; `PERMANENT_PERMISSION` when it may not go there.
   */
  resolve(name: string, to: URL): Promise<string>;
}

/** Secrets of the environment and of files, as the settings name them. They are read anew each time: a file may change. */
export class ConfiguredSecrets implements SecretResolver {
  constructor(
    private readonly sources: SecretSources = {},
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  async resolve(name: string, { origin }: URL): Promise<string> {
    const source = Object.hasOwn(this.sources, name) ? this.sources[name] : undefined;
    if (!source) throw missing(`There is no secret ${name} on this worker: HOLDFAST_SECRETS does not name it.`);
    if (!source.origins.includes(origin)) {
      throw new TaskFailure('PERMANENT_PERMISSION', `The secret ${name} may not be sent to ${origin}.`);
    }
    const value = source.file === undefined ? this.env[source.env ?? ''] : await read(name, source.file);
    const text = value?.replace(/\r?\n$/, '');
    if (!text) throw missing(`The secret ${name} is empty on this worker.`);
    if (!/^[\x20-\x7e]+$/.test(text)) throw missing(`The secret ${name} is not one line of printable ASCII.`);
    return text;
  }
}

/** A text without the secrets, which a receiver may have sent back. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
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
