import { z } from 'zod';
import { type Contract, defineContract } from '../../src/tasks/contract';

const common = {
  summary: 'Never begins.',
  category: 'default',
  output: z.null(),
  policy: { queue: 'nobody' },
} as const;

/** Two task types that pile up, with inputs of a usual size. No worker serves their queue. */
export const stuckContracts: Contract[] = [
  defineContract({
    ...common,
    type: 'signal.execute',
    input: z.object({ instance_id: z.number(), model_path: z.string(), action: z.string() }),
    example: { instance_id: 98_765, model_path: 'assignments.Task', action: 'status_updated' },
  }),
  defineContract({
    ...common,
    type: 'hook.deliver',
    input: z.object({ hook_id: z.number(), retry: z.boolean() }),
    example: { hook_id: 12_345, retry: false },
  }),
];
