import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../errors';

/** A port that is about to be listened on. */
export interface PortClaim {
  /** What will listen there, for people. */
  use: string;
  host: string;
  port: number;
  /** The setting that moves it. */
  setting: string;
}

const POLL_MS = 200;

/**
 * Refuses to start onto ports that others have, before anything is started.
 * @param patience Seconds to wait for ports that are about to become free. Defaults to 0.
 * @throws StartError naming each such port, its use and its setting.
 */
export async function checkPorts(claims: PortClaim[], patience = 0): Promise<void> {
  for (const end = Date.now() + patience * 1000; Date.now() < end; await sleep(POLL_MS)) {
    if ((await Promise.all(claims.map(isFree))).every(Boolean)) break;
  }
  const troubles: string[] = [];
  for (const [index, claim] of claims.entries()) {
    const twin = claims.slice(0, index).find(({ port }) => port === claim.port);
    if (twin) troubles.push(`${twin.setting} and ${claim.setting} are both ${claim.port}`);
    else if (!(await isFree(claim))) troubles.push(`port ${claim.port} (${claim.use}, ${claim.setting}) is in use`);
  }
  if (troubles.length === 0) return;
  throw new StartError(`Cannot start: ${troubles.join('; ')}. End what listens there, or set another port.`);
}

function isFree({ host, port }: Pick<PortClaim, 'host' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
