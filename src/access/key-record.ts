/** A key as it is stored: never itself, only its hash. Times are ISO. It is never changed; its end is a record apart. */
export interface KeyRecord {
  id: string;
  name: string;
  scopes: readonly string[];
  /** Whose key it is; absent: the installation's. */
  tenant?: string;
  hash: string;
  createdAt: string;
  createdBy: string;
  expiresAt?: string;
  /** The key that this one came after. */
  replaces?: string;
}

export interface KeyEnd {
  at: string;
  by: string;
  reason?: string;
}

export type KeyState = 'active' | 'expired' | 'revoked' | 'rotated';

/** A key as people see it. */
export interface KeyView extends Omit<KeyRecord, 'hash'> {
  state: KeyState;
  /** When it ends or ended: its expiry, its revocation, or the end of the overlap with the next one. */
  endsAt?: string;
  endedBy?: string;
  reason?: string;
  lastUsedAt?: string;
}

export interface KeyEnds {
  revoked?: KeyEnd;
  rotated?: KeyEnd;
}

/** Why a key is not taken now; `active` when it is. */
export function stateOf({ expiresAt }: KeyRecord, { revoked, rotated }: KeyEnds, now = Date.now()): KeyState {
  if (revoked) return 'revoked';
  if (rotated && Date.parse(rotated.at) <= now) return 'rotated';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

export function viewOf(record: KeyRecord, ends: KeyEnds, lastUsedAt: string | undefined): KeyView {
  const { hash: _hash, ...shown } = record;
  const { revoked, rotated } = ends;
  const end = revoked ?? rotated;
  const times = [revoked?.at, rotated?.at, record.expiresAt].filter((time) => time !== undefined).sort();
  return {
    ...shown,
    state: stateOf(record, ends),
    ...(times[0] !== undefined && { endsAt: times[0] }),
    ...(end && { endedBy: end.by }),
    ...(end?.reason !== undefined && { reason: end.reason }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  };
}
