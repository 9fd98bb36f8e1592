import { openArtifactStore } from '../../artifacts/open';
import { HoldfastError } from '../../errors';
import { type Check, type Finding, type Machine, messageOf } from './check';

const name = 'encryption';

/** Secrets that processes make at first use, and what they protect. */
const MADE_SECRETS = [
  ['cursor-key', 'key', 'cursors'],
  ['session-secret', 'secret', 'sessions'],
  ['webhook-master-secret', 'secret', 'webhook subscriptions'],
] as const;

const OFF =
  "Off: Temporal's database and the artifact store, with the secrets that were made in it, hold everything as it is. Encrypt the disks, or set HOLDFAST_ENCRYPTION_KEYS.";

/** Whether what is kept is encrypted, and nothing lies beside it that opens it. */
export const encryption: Check<Machine> = {
  name,
  look: async ({ config, keys }) => {
    if (!keys) return [{ name, level: 'ok', message: OFF }];
    const id = await keys.forWriting('text').then(
      (key) => key.id,
      (error: unknown) => ({ error }),
    );
    if (typeof id !== 'string') {
      const todo = 'Look at the source of the keys: without it nothing can be written or read.';
      return [{ name, level: 'broken', message: `There is no active key: ${messageOf(id.error)}`, todo }];
    }
    // Without keys it gives what is in plain text, and no more.
    const { entries } = openArtifactStore(config);
    const plain: string[] = [];
    for (const [list, entry, protects] of MADE_SECRETS) {
      if (await isPlain(() => entries.get(list, entry))) plain.push(protects);
    }
    return [plain.length > 0 ? inPlainText(plain) : { name, level: 'ok', message: `On, with key ${id}.` }];
  },
};

async function isPlain(read: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await read()) !== undefined;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'encryption-key-unknown') return false;
    throw error;
  }
}

function inPlainText(plain: readonly string[]): Finding {
  return {
    name,
    level: 'warning',
    message: `The secrets of ${plain.join(', ')} were made before encryption was on, and lie in the artifact store in plain text.`,
    todo: 'Copy the store to a new place, which encrypts all of it: holdfast artifacts move.',
  };
}
