import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { PolicyOverride } from '../../../src/tasks/policy-override';

/** What goes wrong. `answers-` is followed by a status of HTTP. */
export const causeSchema = z.union([
  z.enum(['refused', 'silent', 'deadlock', 'pool-exhausted', 'disk-full', 'setting-missing', 'strange', 'mistake']),
  z.templateLiteral(['answers-', z.int()]),
]);

/** Tasks that fail alike: a row of the page's table. */
const rowSchema = z.tuple([
  z.string(),
  causeSchema,
  z.coerce.number().int(),
  z.enum(['mixed.call', 'mixed.guarded', 'mixed.inline', 'mixed.work']),
  z.coerce.number().int(),
  z.string(),
  z.enum(['retried', 'redriven', 'mended', 'abandoned']),
]);

/** The page that publishes the load. */
export const PAGE = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'learning', 'recovery.md'), 'utf8');

/** The load, as the page has it. */
export const MIX = PAGE.split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const cells = line.split('|').slice(1, -1);
    const [what, cause, tasks, type, attempts, code, end] = rowSchema.parse(
      cells.map((cell) => cell.trim().replaceAll('`', '')),
    );
    return { what, cause, tasks, type, attempts, code, end };
  });
export type MixedRow = (typeof MIX)[number];

/** Three attempts a round. The number of redrives is the real table's, the delays are seconds. */
export const MIXED_POLICY = {
  attempts: 3,
  firstDelay: 0.1,
  cap: 0.2,
  redrives: {
    transient: [0.2, 0.4, 0.6, 0.8, 1],
    external: [0.5, 1, 2],
    configuration: [2],
    permanent: [],
    unknown: [1],
  },
} satisfies PolicyOverride;
