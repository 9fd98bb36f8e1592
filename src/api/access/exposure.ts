import type { Keys } from '../../access/keys';
import { StartError } from '../../errors';
import type { ApiOptions } from '../deps';

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * An address that others can reach needs keys, names, and something that encrypts.
 * @throws StartError naming what is missing, and what to do.
 */
export async function checkExposure(
  host: string,
  { tls, proxies = [], hostNames = [], signIn }: Pick<ApiOptions, 'tls' | 'proxies' | 'hostNames' | 'signIn'>,
  keys: Keys,
): Promise<void> {
  if (isLoopback(host)) return;
  const where = `HOLDFAST_HOST is ${host}, which others can reach`;
  if (!signIn && !(await keys.anyActive())) {
    throw new StartError(
      `${where}, and there is no API key that holds: make one with "holdfast keys create", or use 127.0.0.1 or ::1.`,
    );
  }
  if (!tls && proxies.length === 0) {
    throw new StartError(
      `${where}, and nothing encrypts: set HOLDFAST_TLS_CERT and HOLDFAST_TLS_KEY, or name the proxy that does it in HOLDFAST_PROXIES.`,
    );
  }
  if (hostNames.length === 0) {
    throw new StartError(`${where}: say in HOLDFAST_HOST_NAMES by which names.`);
  }
}
