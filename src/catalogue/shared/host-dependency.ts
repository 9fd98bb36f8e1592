import { createHash } from 'node:crypto';

const LONGEST = 120;

/**
 * The circuit breaker of a host: `host:example.com`, with the port unless it is the scheme's own. Of a very long name, a
 * hash stands for the rest.
 */
export function hostDependency({ host }: URL): string {
  const place = host
    .replace(/[[\]]/g, '')
    .replace(/^:/, '0:')
    .replace(/^[^A-Za-z0-9]/, '0$&');
  if (place.length <= LONGEST) return `host:${place}`;
  return `host:${place.slice(0, LONGEST - 20)}-${createHash('sha256').update(place).digest('hex').slice(0, 16)}`;
}
