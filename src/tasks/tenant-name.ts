import { z } from 'zod';

/** A tenant's one spelling: no two names look alike or differ in case only, and none means anything to a path. */
const TENANT = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export const tenantName = z
  .string()
  .regex(TENANT, 'must be 1 to 63 of a-z, 0-9 and . _ -, and begin with none of these signs');

export function isTenantName(text: string): boolean {
  return TENANT.test(text);
}
