import { z } from 'zod';
import { artifactHash, artifactRef } from '../../tasks/artifact-schema';
import { defineContract } from '../../tasks/contract';
import { secretRef } from '../../tasks/secret-ref';
import { type AllowedCommands, findAllowed, refusal, VARIABLE_NAME } from './allowed-command';

/** Bytes of each stream's end that the result carries. */
export const TAIL_BYTES = 8192;

/** Arguments stay well below what every system accepts in one call (Linux: 128 KiB each). */
const MAX_ARGUMENT_BYTES = 100 * 1024;

/** The policy's limit lies this far (seconds) above the longest command's, so that the command's own speaks first. */
const TIMEOUT_MARGIN = 60;

const MOST_VARIABLES = 50;

const variableText = z
  .string()
  .max(32_768)
  .refine((text) => !text.includes('\0'), 'an environment variable cannot hold a NUL character');

const stream = z.object({
  tail: z.string().describe(`The last ${TAIL_BYTES} bytes, read as UTF-8.`),
  bytes: z.int().min(0).describe('Bytes that the program wrote.'),
  truncated: z.boolean().describe('True when the artifact holds only the beginning.'),
});

const output = z.object({
  exitCode: z.int(),
  durationMs: z.number().min(0),
  stdout: stream,
  stderr: stream,
  artifacts: z.object({ stdout: artifactRef, stderr: artifactRef }),
  verified: z
    .literal(true)
    .optional()
    .describe(
      "Present when the program's end was lost with its worker and the command's check said that its work is done: then all the rest is the check's.",
    ),
});

/**
 * The contract of `command.run` for one allow-list, so that what the list refuses is refused at submission.
 * Idempotency is the list's to say, per command.
 */
export function createCommandRunContract(commands: AllowedCommands) {
  return defineContract({
    type: 'command.run',
    summary: 'Runs an allow-listed program, without a shell, and keeps its output.',
    category: 'default',
    input: inputSchema(commands),
    output,
    policy: { timeout: Math.max(0, ...Object.values(commands).map(({ timeout }) => timeout)) + TIMEOUT_MARGIN },
    idempotent: ({ command }) => findAllowed(commands, command)?.idempotent ?? false,
    example: { command: exampleName(commands) },
  });
}
export type CommandRunContract = ReturnType<typeof createCommandRunContract>;

function inputSchema(commands: AllowedCommands) {
  return z
    .strictObject({
      command: z.string().describe(`Name in the allow-list. Allowed: ${Object.keys(commands).join(', ') || 'none'}.`),
      args: z
        .array(z.string().refine((arg) => !arg.includes('\0'), 'an argument cannot hold a NUL character'))
        .max(1000)
        .refine(
          (args) => Buffer.byteLength(args.join(' ')) <= MAX_ARGUMENT_BYTES,
          `the arguments have more than ${MAX_ARGUMENT_BYTES} bytes; send large values by stdin`,
        )
        .default([])
        .describe("The program's arguments, handed over as they are. Defaults to []."),
      stdin: z
        .union([z.string(), z.strictObject({ artifact: artifactHash }), secretRef])
        .default('')
        .describe('Standard input: a text, a file in the artifact store, or a secret. Defaults to an empty one.'),
      env: z
        .record(
          z.string().regex(VARIABLE_NAME, 'is no name of an environment variable'),
          z.union([variableText, secretRef], { error: 'must be a text, or {"secretRef": "…"}' }),
        )
        .refine((env) => Object.keys(env).length <= MOST_VARIABLES, `has more than ${MOST_VARIABLES} variables`)
        .optional()
        .describe(
          `Environment variables that the allow-list names for the command, ${MOST_VARIABLES} at most; a value is a text or {"secretRef": "…"}. Defaults to none.`,
        ),
      timeout: z
        .number()
        .min(0.1)
        .optional()
        .describe("Longest run, in seconds. Defaults to the allow-list's limit, which it cannot exceed."),
    })
    .superRefine((input, context) => {
      const refused = refusal(commands, input);
      if (refused) context.addIssue({ code: 'custom', ...refused });
    });
}

/** A command that needs no arguments makes the example one that would be accepted. */
function exampleName(commands: AllowedCommands): string {
  const names = Object.keys(commands);
  return names.find((command) => !refusal(commands, { command, args: [] })) ?? names[0] ?? 'hello';
}
