import { randomBytes } from 'node:crypto';
import { locationText } from '../../artifacts/location';
import { openArtifactStore } from '../../artifacts/open';
import type { KeptArtifactStore } from '../../artifacts/store';
import { type Check, type Machine, messageOf } from './check';

const PROBE_BYTES = 4096;
const HOUR_MS = 3600_000;

const ADVICE = {
  folder: 'Let this user read and write the folder, or set HOLDFAST_ARTIFACTS to another; API and workers share it.',
  s3: 'Look at HOLDFAST_ARTIFACTS, HOLDFAST_S3_ENDPOINT and HOLDFAST_S3_REGION, the credentials, and what they may do in the bucket.',
};

/** Whether files can be stored and read again, and whether the first of two writers is distinguished from the second. */
export const artifacts: Check<Machine> = {
  name: 'artifacts',
  look: async ({ config, keys }) => {
    const name = 'artifacts';
    const place = locationText(config.artifacts);
    const todo = ADVICE[config.artifacts.kind];
    try {
      const store = openArtifactStore(config, keys);
      await store.fault().then((fault) => {
        if (fault !== undefined) throw new Error(fault);
      });
      if (!(await storesAndReads(store))) {
        return [{ name, level: 'broken', message: `${place} gives back other bytes than were written.`, todo }];
      }
      if (!(await knowsTheFirst(store))) {
        const message = `${place} lets a second writer overwrite the first: the service ignores conditions (If-None-Match).`;
        return [{ name, level: 'broken', message, todo: 'Use a service that supports conditional writes.' }];
      }
      return [{ name, level: 'ok', message: `${place} can be written and read.` }];
    } catch (error) {
      const message = messageOf(error);
      return [{ name, level: 'broken', message: message.includes(place) ? message : `${place}: ${message}`, todo }];
    }
  },
};

/** Random bytes, so that nobody else's file is the one that goes again. */
async function storesAndReads(store: KeptArtifactStore): Promise<boolean> {
  const bytes = randomBytes(PROBE_BYTES);
  const { hash } = await store.put(bytes);
  try {
    return bytes.equals(await store.read(hash));
  } finally {
    // Idle in a far future, so that it counts as unused.
    await store.housekeeping.removeFile(hash, new Date(Date.now() + 2 * HOUR_MS));
  }
}

async function knowsTheFirst({ entries }: KeptArtifactStore): Promise<boolean> {
  const list = `doctor ${randomBytes(8).toString('hex')}`;
  try {
    return (await entries.add(list, '1', 'first')) && !(await entries.add(list, '1', 'second'));
  } finally {
    await entries.remove(list, '1');
  }
}
