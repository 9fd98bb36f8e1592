import { appendFileSync } from 'node:fs';
import { defineApp, defineTask } from 'holdfast';
import { z } from 'zod';

/** Between two runs of the schedule. */
const CLOCK_SECONDS = 5;
const DEPENDENCY = 'http:shared.example';

/**
 * One of two apps that differ in nothing but their names: each has
 * types of its own, and one that both have. Each attempt writes to the ledger whose code it was.
 */
export function appOf(name: string) {
  const ledger = process.env.TWO_APPS_LEDGER ?? '';
  const note = (id: string) => appendFileSync(ledger, `${name} ${id}\n`);
  const input = z.object({ milliseconds: z.int().default(20), fail: z.boolean().default(false) });
  const output = z.object({ by: z.string() });
  const retry = { attempts: 20, firstDelay: '1s', longestDelay: '2s' } as const;
  const work = async (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const plain = (type: string) =>
    defineTask({
      type,
      input,
      output,
      retry,
      async run({ milliseconds }, { taskId }) {
        note(taskId);
        await work(milliseconds);
        return { by: name };
      },
    });
  const guarded = defineTask({
    type: `${name}.call`,
    input,
    output,
    retry,
    async run({ milliseconds, fail }, { taskId, attempt, guard }) {
      note(taskId);
      await guard(DEPENDENCY, async () => {
        await work(milliseconds);
        if (fail && attempt === 1) throw Object.assign(new Error('The other side is away'), { code: 'ECONNREFUSED' });
      });
      return { by: name };
    },
  });
  return defineApp({
    name,
    tasks: [plain(`${name}.work`), plain('shared.work'), guarded],
    schedules: [{ id: `${name}-clock`, type: `${name}.work`, every: CLOCK_SECONDS, input: {} }],
  });
}
