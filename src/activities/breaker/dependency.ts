import { createHash } from 'node:crypto';
import { BREAKER_NAME } from '../../protocol/breaker';
import { isTenantName } from '../../tasks/tenant-name';

/** @throws TypeError for what cannot be the name of a dependency. */
export function requireDependency(name: string): void {
  if (BREAKER_NAME.test(name)) return;
  throw new TypeError(`${JSON.stringify(name)} names no dependency: write kind:place, such as smtp:mail.example.com.`);
}

const LONGEST_PLACE = 100;

/**
 * A tenant's own breaker of a dependency. Of a name that would be too long, or of a tenant of an older release whose name
 * is more than plain, a hash stands for the rest.
 */
export function ownBreaker(name: string, tenant: string): string {
  const own = `${name}@${tenant}`;
  if (BREAKER_NAME.test(own) && isTenantName(tenant)) return own;
  const hash = createHash('sha256').update(own).digest('hex').slice(0, 32);
  const [kind = ''] = name.split(':', 1);
  return `${kind}:${name.slice(kind.length + 1, kind.length + 1 + LONGEST_PLACE)}@-${hash}`;
}
