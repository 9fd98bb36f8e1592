import { HoldfastError } from '../errors';
import { grants, type Scope, typesGranted } from './scopes';

/** Who acts: a key, or a person. */
export interface Actor {
  id: string;
  name: string;
}

/** Who makes a request: a key, a person, or everybody on this host while nobody has to say. */
export interface Caller {
  scopes: readonly string[];
  /** Absent while nobody has to say who they are. */
  actor?: Actor;
  /** Whose key it is; absent: the installation's, which sees every tenant. */
  tenant?: string;
}

/** While no key exists, whoever reaches the API may do everything, and names itself. */
export const ANYONE: Caller = { scopes: ['admin'] };

/** What a caller is called in timelines, whatever a request says; `undefined`: as the request says. */
export function signature({ actor }: Caller): string | undefined {
  return actor?.name;
}

export function may({ scopes }: Caller, needed: Scope, type?: string): boolean {
  return grants(scopes, needed, type);
}

/** Whether any scope is for this, be it for one task type only. */
export function mayAtAll({ scopes }: Caller, needed: Scope): boolean {
  const types = typesGranted(scopes, needed);
  return types === 'all' || types.size > 0;
}

/** Whether something of a tenant, or of none, is the caller's to see. */
export function sees({ tenant }: Caller, other: string | undefined): boolean {
  return tenant === undefined || tenant === other;
}

/**
 * The tenant that a request is about: the key's. Only the installation's own keys may name one.
 * @throws HoldfastError `forbidden` for another tenant's name.
 */
export function tenantFor({ tenant }: Caller, named: string | undefined): string | undefined {
  if (tenant === undefined || named === undefined || named === tenant) return tenant ?? named;
  throw new HoldfastError('forbidden', `This key is the tenant ${tenant}'s, and names no other.`);
}

/**
 * What is about tasks of any type is for scopes that name none.
 * @throws HoldfastError `forbidden`.
 */
export function requireEveryType(caller: Caller, needed: Scope): void {
  if (!may(caller, needed)) throw new HoldfastError('forbidden', `This needs the scope ${needed} for every task type.`);
}

/**
 * The task type that a list is about, for scopes that name types.
 * @throws HoldfastError `forbidden` when the caller must say which, or may not see the one that it named.
 */
export function typeFor({ scopes }: Caller, needed: Scope, named: string | undefined): string | undefined {
  const types = typesGranted(scopes, needed);
  if (types === 'all' || (named !== undefined && types.has(named))) return named;
  if (named === undefined && types.size === 1) return [...types][0];
  throw new HoldfastError(
    'forbidden',
    `The scopes of this key are for ${[...types].join(', ') || 'nothing'} only: name one as type.`,
  );
}
