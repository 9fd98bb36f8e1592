import { z } from 'zod';
import { isTenantName } from '../tasks/tenant-name';
import { scopeText } from './scopes';

/** What the members of a group of the organisation may do here. */
export const groupsSchema = z
  .record(
    z.string().min(1).max(200),
    z.strictObject({
      scopes: z.array(scopeText).min(1).max(50),
      tenant: z
        .string()
        .refine(isTenantName, 'is no name of a tenant: 1 to 63 of a-z, 0-9 and . _ -, first a letter or a digit')
        .optional(),
    }),
  )
  .refine((groups) => Object.keys(groups).length <= 1000, 'names more than 1,000 groups');

export type GroupRights = z.output<typeof groupsSchema>;

/** Names the installation where a tenant could be named: no tenant has this name. */
export const INSTALLATION = '-';

interface Rights {
  scopes: string[];
  tenant?: string;
}

/**
 * What somebody in these groups may do, by tenant; {@link INSTALLATION} for what is about all of them. Rights in one
 * tenant give none in another, so they are never added up over tenants.
 */
export function rightsByTenant(groups: readonly string[], known: GroupRights): Map<string, Rights> {
  const all = new Map<string, Rights>();
  for (const name of new Set(groups)) {
    const given = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!given) continue;
    const { scopes, tenant } = given;
    const rights = all.get(tenant ?? INSTALLATION) ?? { scopes: [], ...(tenant !== undefined && { tenant }) };
    rights.scopes = [...new Set([...rights.scopes, ...scopes])];
    all.set(tenant ?? INSTALLATION, rights);
  }
  return all;
}

/** The groups of a claim: a list of texts, or one text. What else there is names none. */
export function groupsIn(claim: unknown): string[] {
  const list = typeof claim === 'string' ? [claim] : Array.isArray(claim) ? claim : [];
  return list.filter((one): one is string => typeof one === 'string');
}
