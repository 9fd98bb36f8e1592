import { z } from 'zod';

/** RFC 9457, as every error is answered. */
export const problemSchema = z
  .object({
    type: z.string().describe('URN that names the kind of problem.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was wrong, and what to do.'),
    instance: z.string().optional().describe('The path that was asked for.'),
    code: z.string().describe('The kind of problem, for programs.'),
    requestId: z.string().optional().describe('Finds the request in the log.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe('JSON pointer into the body.'),
          parameter: z.string().optional().describe('Name of a query parameter.'),
          header: z.string().optional().describe('Name of a header.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('Each single fault.'),
    taskId: z.string().optional(),
    state: z.string().optional().describe("The task's state, when it is what stands in the way."),
  })
  .meta({ id: 'Problem' });
