import { z } from 'zod';
import { isTenantName } from './tenant-name';

/** Name of a secret of the settings. */
const SECRET_NAME = /^[a-z][a-z0-9._-]{0,63}$/;

/** Stands in an input for a secret that only the worker knows: no history, log or answer has it. */
export const secretRef = z
  .strictObject({ secretRef: z.string().regex(SECRET_NAME, 'must be the name of a secret in HOLDFAST_SECRETS') })
  .describe('The name of a secret in HOLDFAST_SECRETS, which the worker puts in when it is needed.');
export type SecretRef = z.output<typeof secretRef>;

export function isSecretRef(value: unknown): value is SecretRef {
  return typeof value === 'object' && value !== null && 'secretRef' in value;
}

const origin = z
  .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
  .refine((text) => new URL(text).origin === text, 'is not an origin such as https://api.example.com');

const source = z
  .strictObject({
    env: z.string().min(1).optional(),
    file: z.string().min(1).optional(),
    /** Where it may be sent: whoever may submit could have it sent anywhere else. */
    origins: z.array(origin).default([]),
    /** The commands of command.run that may get it, for the same reason. */
    commands: z.array(z.string().min(1)).default([]),
    /** The tenants whose tasks may name it. Absent: everybody's. */
    tenants: z.array(z.string().refine(isTenantName, 'is no name of a tenant')).min(1).optional(),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), 'needs either env or file')
  .refine(({ origins, commands }) => origins.length + commands.length > 0, 'names no origin and no command');

/** The secrets that inputs may name, and where each comes from. */
export const secretSourcesSchema = z.record(z.string().regex(SECRET_NAME, 'is no name of a secret'), source);
export type SecretSources = z.output<typeof secretSourcesSchema>;
