import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * An address and port of this host that nobody can guess, for what has no guard of its own. Where the system has one
 * loopback address only, the port alone is chosen by chance.
 */
export async function hiddenPlace(): Promise<{ host: string; port: number }> {
  const host = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  return (
    (await freePortAt(host)) ??
    (await freePortAt('127.0.0.1')) ?? { host: '127.0.0.1', port: randomInt(20_000, 60_000) }
  );
}

async function freePortAt(host: string): Promise<{ host: string; port: number } | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port: 0, exclusive: true });
    await once(server, 'listening');
    return { host, port: (server.address() as AddressInfo).port };
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
