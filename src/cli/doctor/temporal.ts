import { readFileSync } from 'node:fs';
import { HoldfastError } from '../../errors';
import { VERSION } from '../../version';
import type { Check, Finding } from './check';

/** The oldest server that Holdfast is tried on, as major and minor version. */
const OLDEST_SERVER = [1, 31] as const;

/** Whether Temporal answers, how fast, and which versions meet. */
export const temporal: Check = {
  name: 'temporal',
  look: async ({ gateway, config }) => {
    const address = process.env.TEMPORAL_ADDRESS ?? `127.0.0.1:${config.HOLDFAST_TEMPORAL_PORT}`;
    const ask = () => gateway.call(() => gateway.service.getSystemInfo({}));
    try {
      await ask();
      // The first call has dialled, too.
      const from = performance.now();
      const { serverVersion } = await ask();
      const latency = Math.max(1, Math.round(performance.now() - from));
      return [
        { name: 'temporal', level: 'ok', message: `${address} answers within ${latency} ms.` },
        versions(serverVersion ?? ''),
      ];
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const message = `${address} does not answer.`;
      return [
        { name: 'temporal', level: 'broken', message, todo: 'Start it, or set TEMPORAL_ADDRESS to where it is.' },
      ];
    }
  },
};

/** @param server Version of the server: `1.32.0`. */
export function versions(server: string): Finding {
  const [major = 0, minor = 0] = server.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_SERVER;
  const old = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  const message = `Holdfast ${VERSION}, Temporal server ${server || 'unknown'}, Temporal SDK ${sdkVersion()}.`;
  if (!old) return { name: 'versions', level: 'ok', message };
  const todo = `Upgrade the server to ${OLDEST_SERVER.join('.')} or later: Holdfast is not tried on older ones.`;
  return { name: 'versions', level: 'warning', message, todo };
}

function sdkVersion(): string {
  const file = require.resolve('@temporalio/client/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
