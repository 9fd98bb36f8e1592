import type { Gateway } from '../../client/temporal/gateway';
import type { Config } from '../../config';
import type { KeyRing } from '../../encryption/key-ring';

/** From good to bad. */
export const LEVELS = ['ok', 'warning', 'broken'] as const;
export type Level = (typeof LEVELS)[number];

/** What was found out about one thing. */
export interface Finding {
  /** The thing, or the family and the thing: `temporal`, `worker:email`. */
  name: string;
  level: Level;
  message: string;
  /** What to do about it. */
  todo?: string;
}

export interface Examination {
  /** The worst of all. */
  level: Level;
  checks: Finding[];
}

/** What checks of this machine look at. */
export interface Machine {
  config: Config;
  /** Encryption keys. */
  keys?: KeyRing | undefined;
}

/** What checks of the service look at. */
export interface Service extends Machine {
  gateway: Gateway;
  /** Every queue that a policy names. */
  queues: readonly string[];
  /** The task types of this installation. */
  types: readonly string[];
}

/** One look at one thing or family. It changes nothing, and may throw: that is a finding too. */
export interface Check<Seen extends Machine = Service> {
  /** What to call it when it throws or does not end. */
  name: string;
  look(seen: Seen): Promise<Finding[]>;
}

/** The worst of some levels. */
export function worst(levels: readonly Level[]): Level {
  return LEVELS[Math.max(0, ...levels.map((level) => LEVELS.indexOf(level)))] ?? 'ok';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
