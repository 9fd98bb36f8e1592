import { rmSync } from 'node:fs';
import { endSharedServers, SERVERS } from './support/shared-server';

/** Once a run: ends what the test files shared. */
export default function globalTeardown(): void {
  const folder = process.env[SERVERS];
  if (!folder) return;
  endSharedServers(folder);
  rmSync(folder, { recursive: true, force: true });
}
