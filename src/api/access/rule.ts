import type { Scope } from '../../access/scopes';

/**
 * What a route is about, and so who may see it:
 * `nothing`: the same for everybody;
 * `installation`: about every tenant, so for keys that are no tenant's;
 * `own`: the route itself keeps to the caller's tenant and task types;
 * the rest: what its path names, which must be the caller's, or is not there for it.
 */
export type Over =
  | 'nothing'
  | 'installation'
  | 'own'
  | 'task'
  | 'batch'
  | 'bulk-action'
  | 'schedule'
  | 'subscription'
  | 'file';

/** Who may call a route; `open`: anybody, also once keys exist. */
export type AccessRule = 'open' | { scope: Scope; over: Over };
