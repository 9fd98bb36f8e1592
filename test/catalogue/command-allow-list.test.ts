import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import { createCommandRunContract } from '../../src/catalogue/command-run/contract';
import { createCommandRun } from '../../src/catalogue/command-run/handler';
import { readConfig } from '../../src/config';
import { createHandlerContext } from '../support/handler-context';

const commands = allowedCommandsSchema.parse({
  report: { program: '/bin/echo', args: ['daily|weekly', '\\d{4}'], timeout: 60 },
  join: { program: '/bin/echo', args: ['--', '[a-z]+...'], idempotent: true, timeout: 90 },
  now: { program: '/bin/date', env: { TZ: '[A-Z]{3}', TOKEN: '[a-f0-9]+' } },
});
const contract = createCommandRunContract(commands);

/** What the contract says of an input: its complaints, each with the field it is about. */
function complaints(input: unknown): string[] {
  const { error } = contract.input.safeParse(input);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test.each([
  [{ command: 'report', args: ['weekly', '2026'] }],
  [{ command: 'join', args: ['--'] }],
  [{ command: 'join', args: ['--', 'a', 'b', 'c'] }],
  [{ command: 'now' }],
  [{ command: 'report', args: ['daily', '2026'], timeout: 60 }],
  [{ command: 'now', env: { TZ: 'UTC', TOKEN: { secretRef: 'any' } }, stdin: { secretRef: 'any' } }],
])('allowed: %j', (input) => {
  expect(complaints(input)).toEqual([]);
});

test.each<{ input: object; complaint: string }>([
  {
    input: { command: 'rm', args: [] },
    complaint: 'command: "rm" is not an allowed command. Allowed: report, join, now.',
  },
  {
    input: { command: '/bin/echo' },
    complaint: 'command: "/bin/echo" is not an allowed command. Allowed: report, join, now.',
  },
  {
    input: { command: 'constructor' },
    complaint: 'command: "constructor" is not an allowed command. Allowed: report, join, now.',
  },
  { input: { command: 'report', args: ['daily'] }, complaint: 'args: "report" takes 2 argument(s); 1 given.' },
  { input: { command: 'join' }, complaint: 'args: "join" takes 1 or more argument(s); 0 given.' },
  { input: { command: 'now', env: { TZ: 'utc' } }, complaint: 'env.TZ: TZ of "now" must match [A-Z]{3} as a whole.' },
  { input: { command: 'now', env: { HOME: '/' } }, complaint: 'env.HOME: "now" takes no environment variable HOME.' },
  {
    input: { command: 'report', args: ['daily', '2026'], env: { constructor: { secretRef: 'any' } } },
    complaint: 'env.constructor: "report" takes no environment variable constructor.',
  },
  {
    input: { command: 'now', env: { TZ: { secretRef: '../etc' } } },
    complaint: 'env.TZ.secretRef: must be the name of a secret in HOLDFAST_SECRETS',
  },
  { input: { command: 'now', args: ['+%s'] }, complaint: 'args: "now" takes 0 argument(s); 1 given.' },
  {
    input: { command: 'report', args: ['hourly', '2026'] },
    complaint: 'args.0: Argument 1 of "report" must match daily|weekly as a whole.',
  },
  {
    input: { command: 'report', args: ['dailyx', '2026'] },
    complaint: 'args.0: Argument 1 of "report" must match daily|weekly as a whole.',
  },
  {
    input: { command: 'report', args: ['daily', '2026\n'] },
    complaint: 'args.1: Argument 2 of "report" must match \\d{4} as a whole.',
  },
  {
    input: { command: 'join', args: ['--', 'a', 'B'] },
    complaint: 'args.2: Argument 3 of "join" must match [a-z]+ as a whole.',
  },
  {
    input: { command: 'report', args: ['daily', '2026'], timeout: 61 },
    complaint: 'timeout: "report" may run for 60 seconds at most.',
  },
  { input: { command: 'join', args: ['--', 'a\0b'] }, complaint: 'args.1: an argument cannot hold a NUL character' },
  {
    input: { command: 'join', args: ['--', 'a'.repeat(102_400)] },
    complaint: 'args: the arguments have more than 102400 bytes; send large values by stdin',
  },
])('refused: $complaint', ({ input, complaint }) => {
  expect(complaints(input)).toContain(complaint);
});

test('an empty allow-list says which setting to fill', () => {
  const { error } = createCommandRunContract({}).input.safeParse({ command: 'now' });
  expect(error?.issues[0]?.message).toContain('HOLDFAST_COMMANDS');
});

test("the worker's own allow-list has the last word, and nothing is run", async () => {
  const { context, logs } = createHandlerContext();
  const handler = createCommandRun({ commands });
  for (const [command, args] of [
    ['rm', []],
    ['report', ['hourly', '2026']],
  ] as const) {
    await expect(handler({ command, args: [...args], stdin: '' }, context)).rejects.toMatchObject({
      name: 'TaskFailure',
      code: 'PERMANENT_PERMISSION',
    });
  }
  expect(logs).toEqual([]);
});

test('idempotency is what the allow-list says, command by command', () => {
  const idempotent = contract.idempotent as (input: unknown) => boolean;
  expect(['report', 'join', 'gone'].map((command) => idempotent({ command, args: [], stdin: '' }))).toEqual([
    false,
    true,
    false,
  ]);
});

test("the policy's limit leaves the longest command its whole time, and the example is accepted", () => {
  expect(contract.policy?.timeout).toBeGreaterThan(600);
  expect(complaints(contract.example)).toEqual([]);
});

test.each([
  ['{"x":{"program":"echo"}}', 'must be an absolute path'],
  ['{"x":{"program":"/bin/echo","args":["("]}}', 'is not a regular expression'],
  ['{"x":{"program":"/bin/echo","args":["a...","b"]}}', 'only the last pattern may end in'],
  ['{"X Y":{"program":"/bin/echo"}}', 'lower-case letters, digits and hyphens'],
  ['{"x":{"program":"/bin/echo","shell":true}}', 'shell'],
  ['{"x":{"program":"/bin/echo","env":{"LD_PRELOAD":".*"}}}', 'is no variable that a caller may set'],
  ['{"x":{"program":"/bin/echo","env":{"A-B":".*"}}}', 'is no variable that a caller may set'],
])('a wrong allow-list is refused at start: %s', (HOLDFAST_COMMANDS, complaint) => {
  expect(() => readConfig({ HOLDFAST_COMMANDS })).toThrow(new RegExp(`HOLDFAST_COMMANDS.*${complaint}`));
});

test("the page on command.run lists every field of an entry in the schema's own words", () => {
  const page = readFileSync(path.join(__dirname, '../../docs/reference/tasks/command-run.md'), 'utf8');
  const { additionalProperties } = z.toJSONSchema(allowedCommandsSchema, { io: 'input' });
  const { properties = {} } = additionalProperties as z.core.JSONSchema.ObjectSchema;
  const rows = Object.entries(properties).map(
    ([field, schema]) => `| \`${field}\` | ${(schema as { description: string }).description} |`,
  );
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) expect(page).toContain(row);
});
