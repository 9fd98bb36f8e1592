import { z } from 'zod';
import type { SecretRef } from '../../tasks/secret-ref';

const MIB = 1024 * 1024;

/** What a caller may name an environment variable. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Ends the last pattern of an allow-list entry when it stands for any number of arguments. */
const REPEAT = '...';

const pattern = z
  .string()
  .refine(isRegularExpression, { error: ({ input }) => `${input} is not a regular expression.` });

/** The launcher sets some of these; the others make any program, or the launching shell, run what they name. */
const FIXED_VARIABLE =
  /^(?:PATH|LANG|HOME|TMPDIR|PWD|OLDPWD|SHLVL|IFS|ENV|BASH_ENV|TASK_ID|EFFECT_KEY|(?:LD|DYLD)_.*)$/;

const variable = z
  .string()
  .regex(VARIABLE_NAME)
  .refine((name) => !FIXED_VARIABLE.test(name));

const program = z.string().regex(/^\/[^\0]*$/, 'must be an absolute path');

/** A program that looks whether the effect of another one has happened. */
const check = z.strictObject({
  program,
  /** Come before the arguments of the call. */
  args: z.array(z.string().refine((arg) => !arg.includes('\0'), 'cannot hold a NUL character')).default([]),
});

/** One program that `command.run` may start. */
const allowedCommandSchema = z
  .strictObject({
    program: program.describe('Absolute path of the program.'),
    args: z
      .array(pattern)
      .refine((patterns) => patterns.slice(0, -1).every((one) => !one.endsWith(REPEAT)), {
        error: 'only the last pattern may end in "..."; write .{3} for three characters',
      })
      .default([])
      .describe(
        'One regular expression for each argument, matched whole; the last may end in "..." to stand for any number of arguments. Defaults to []: no arguments.',
      ),
    env: z
      .record(variable, pattern, {
        error: ({ code }) => (code === 'invalid_key' ? 'is no variable that a caller may set' : undefined),
      })
      .default({})
      .describe(
        'The environment variables that a caller may set, each with a regular expression that a text must match whole. Defaults to {}: none.',
      ),
    idempotent: z
      .boolean()
      .default(false)
      .describe('Whether the program may run again after an attempt failed or was lost. Defaults to false.'),
    exitCodes: z
      .array(z.int().min(0).max(255))
      .min(1)
      .default([0])
      .describe('Exit codes that mean success. Defaults to [0].'),
    timeout: z.number().min(0.1).max(86_400).default(600).describe('Longest run, in seconds. Defaults to 600.'),
    cpuSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('CPU time that each of its processes may use, in seconds. Defaults to timeout.'),
    memoryBytes: z
      .int()
      .min(16 * MIB)
      .default(1024 * MIB)
      .describe(
        'Memory that each of its processes may use, in bytes; Linux only. Node.js 24 and newer need more than 512 MiB. Defaults to 1073741824 (1 GiB).',
      ),
    fileBytes: z
      .int()
      .min(1024)
      .default(1024 * MIB)
      .describe('Largest file it may write, in bytes. Defaults to 1073741824 (1 GiB).'),
    openFiles: z
      .int()
      .min(16)
      .default(256)
      .describe('Files that each of its processes may hold open. Defaults to 256.'),
    outputBytes: z
      .int()
      .min(1)
      .default(10 * MIB)
      .describe('Bytes of each output stream that are kept as an artifact. Defaults to 10485760 (10 MiB).'),
    verify: check
      .optional()
      .describe(
        'A check whether the effect has happened: its program, an absolute path, and args that come before those of the call. Defaults to none.',
      ),
  })
  .transform((entry) => ({ ...entry, cpuSeconds: entry.cpuSeconds ?? Math.ceil(entry.timeout) }));
export type AllowedCommand = z.output<typeof allowedCommandSchema>;

/** The allow-list: what the setting HOLDFAST_COMMANDS holds. */
export const allowedCommandsSchema = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), allowedCommandSchema, {
  error: ({ code }) => (code === 'invalid_key' ? 'a name has lower-case letters, digits and hyphens' : undefined),
});
export type AllowedCommands = z.output<typeof allowedCommandsSchema>;

/** What a caller asks for, as far as the allow-list has a say. */
interface AskedCommand {
  command: string;
  args: string[];
  env?: Readonly<Record<string, string | SecretRef>> | undefined;
  timeout?: number | undefined;
}

export function findAllowed(commands: AllowedCommands, name: string): AllowedCommand | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** Why the allow-list refuses what was asked, and the field that is to blame. Undefined: it is allowed. */
export function refusal(
  commands: AllowedCommands,
  asked: AskedCommand,
): { path: (string | number)[]; message: string } | undefined {
  const allowed = findAllowed(commands, asked.command);
  if (!allowed) return { path: ['command'], message: unknownCommand(commands, asked.command) };
  if (asked.timeout !== undefined && asked.timeout > allowed.timeout) {
    return { path: ['timeout'], message: `"${asked.command}" may run for ${allowed.timeout} seconds at most.` };
  }
  return refusedArgument(asked.command, allowed.args, asked.args) ?? refusedVariable(allowed, asked);
}

function unknownCommand(commands: AllowedCommands, name: string): string {
  const names = Object.keys(commands);
  return names.length === 0
    ? `No command is allowed here: the setting HOLDFAST_COMMANDS lists those that may run.`
    : `"${name}" is not an allowed command. Allowed: ${names.join(', ')}.`;
}

function refusedArgument(name: string, patterns: string[], args: string[]) {
  const last = patterns.at(-1);
  const repeated = last?.endsWith(REPEAT) ? last.slice(0, -REPEAT.length) : undefined;
  const fixed = repeated === undefined ? patterns : patterns.slice(0, -1);
  if (args.length < fixed.length || (repeated === undefined && args.length > fixed.length)) {
    const expected = `${fixed.length}${repeated === undefined ? '' : ' or more'}`;
    return { path: ['args'], message: `"${name}" takes ${expected} argument(s); ${args.length} given.` };
  }
  const wrong = args.findIndex((arg, index) => !matchesWhole(fixed[index] ?? repeated ?? '', arg));
  if (wrong === -1) return undefined;
  const rule = fixed[wrong] ?? repeated;
  return { path: ['args', wrong], message: `Argument ${wrong + 1} of "${name}" must match ${rule} as a whole.` };
}

/** A secret says itself which commands may get it. */
function refusedVariable({ env: rules }: AllowedCommand, { command, env = {} }: AskedCommand) {
  for (const [name, value] of Object.entries(env)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const path = ['env', name];
    if (rule === undefined) return { path, message: `"${command}" takes no environment variable ${name}.` };
    if (typeof value === 'string' && !matchesWhole(rule, value)) {
      return { path, message: `${name} of "${command}" must match ${rule} as a whole.` };
    }
  }
  return undefined;
}

function matchesWhole(source: string, text: string): boolean {
  return new RegExp(`^(?:${source})$`).test(text);
}

function isRegularExpression(source: string): boolean {
  try {
    // Checked bare: inside the group of `matchesWhole` a stray bracket pair could pass.
    new RegExp(source.endsWith(REPEAT) ? source.slice(0, -REPEAT.length) : source);
    return true;
  } catch {
    return false;
  }
}
