import { z } from 'zod';
import { BREAKER_NAME, LONGEST_OPEN } from '../protocol/breaker';

/** When a circuit breaker opens, and for how long. */
export interface BreakerLimits {
  /** Failures in a row, seen by one worker process, that open it. */
  failures: number;
  /** Seconds for which it stays open before one call may try. */
  openSeconds: number;
}

const DEFAULT: BreakerLimits = { failures: 5, openSeconds: 300 };
/** A kind that is missing here has the defaults. A database refuses single connections now and then, and is needed most. */
const BY_KIND: Record<string, Partial<BreakerLimits>> = { database: { failures: 10 } };

const limits = z.strictObject({
  failures: z.int().min(1).max(1000).optional(),
  openSeconds: z.number().positive().max(LONGEST_OPEN).optional(),
});

const KIND = /^[a-z][a-z0-9-]{0,30}$/;
const key = z.string().refine((text) => KIND.test(text) || BREAKER_NAME.test(text), {
  message: 'must be a kind such as smtp, or a name such as smtp:mail.example.com',
});

/** The setting HOLDFAST_BREAKERS: limits by kind, or by name. */
export const breakerSettingsSchema = z.record(key, limits);
export type BreakerSettings = z.output<typeof breakerSettingsSchema>;

/** The limits of one breaker: the setting for its name wins, then the handler's own, the setting for its kind, the defaults. */
export function limitsOf(name: string, settings: BreakerSettings, own: Partial<BreakerLimits> = {}): BreakerLimits {
  const kind = name.slice(0, name.indexOf(':'));
  const sources = [settings[name], own, settings[kind], BY_KIND[kind], DEFAULT];
  const first = (field: keyof BreakerLimits) => sources.find((source) => source?.[field] !== undefined)?.[field];
  return {
    failures: first('failures') ?? DEFAULT.failures,
    openSeconds: first('openSeconds') ?? DEFAULT.openSeconds,
  };
}
