import { z } from 'zod';
import { DEFAULT_OVERLAP_SECONDS } from '../../access/keys';
import { scopeText } from '../../access/scopes';
import { filledText, instant } from '../../tasks/plain-schemas';
import { tenantName } from '../../tasks/tenant-name';

const time = z.iso.datetime();

const keyName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/, 'must be 1 to 64 letters, digits, spaces and . _ @ -')
  .describe('Who or what uses it; shown wherever it acts.');

export const newKeyOrder = z.strictObject({
  name: keyName,
  scopes: z
    .array(scopeText)
    .min(1)
    .max(50)
    .describe(
      'read, submit, operate (with read) or admin (with all); the first three may name a task type: submit:image.convert.',
    ),
  tenant: tenantName
    .optional()
    .describe(
      "Whose key it is: it sees and makes this tenant's work only. Defaults to the caller's; none: every tenant's.",
    ),
  expiresAt: instant.optional().describe('When it stops holding. Defaults to never.'),
});

export const rotationOrder = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(DEFAULT_OVERLAP_SECONDS)
      .describe('For how long the old key holds beside the new one. Defaults to 86400, a day.'),
  })
  .default({ overlapSeconds: DEFAULT_OVERLAP_SECONDS });

export const revocationOrder = z
  .strictObject({ reason: filledText(500).optional().describe('Why; kept with the key.') })
  .default({});

const shape = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  tenant: z.string().optional(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.optional(),
  replaces: z.string().optional().describe('The key that this one came after.'),
  state: z.enum(['active', 'expired', 'revoked', 'rotated']),
  endsAt: time.optional().describe('When it stops or stopped holding.'),
  endedBy: z.string().optional(),
  reason: z.string().optional(),
  lastUsedAt: time.optional().describe('To the minute.'),
};

export const keySchema = z.object(shape).meta({ id: 'Key' });
export const keyWithSecret = z
  .object({ ...shape, secret: z.string().describe('The key itself: shown this once, and kept nowhere.') })
  .meta({ id: 'NewKey' });
