import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { LocalArtifactStore } from '../../artifacts/local/local-store';
import type { Check, Machine } from './check';

const PROBE_BYTES = 4096;

/** Whether files can be stored and read again. */
export const artifacts: Check<Machine> = {
  name: 'artifacts',
  look: async ({ config: { artifactsFolder: folder } }) => {
    const name = 'artifacts';
    const todo =
      'Let this user read and write the folder, or set HOLDFAST_ARTIFACTS to another; API and workers share it.';
    try {
      const whole = await storeAndRead(new LocalArtifactStore(folder));
      if (whole) return [{ name, level: 'ok', message: `${folder} can be written and read.` }];
      return [{ name, level: 'broken', message: `${folder} gives back other bytes than were written.`, todo }];
    } catch (error) {
      return [{ name, level: 'broken', message: `${folder}: ${(error as Error).message}`, todo }];
    }
  },
};

/** Random bytes, so that nobody else's file is the one that goes again. */
async function storeAndRead(store: LocalArtifactStore): Promise<boolean> {
  const bytes = randomBytes(PROBE_BYTES);
  const { hash } = await store.put(bytes);
  try {
    return bytes.equals(await store.read(hash));
  } finally {
    await rm(store.pathOf(hash), { force: true });
  }
}
