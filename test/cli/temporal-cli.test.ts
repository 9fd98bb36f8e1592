import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until';
import { startCast } from './page/cast';
import { type Example, examplesOf, publishable, shapeOf, withOutputs } from './page/page';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'recipes', 'temporal-cli.md');
const EXAMPLES = examplesOf(readFileSync(PAGE, 'utf8'));

/** With WRITE_DOCS=1 the page gets the outputs of this run, instead of being held against them. */
const WRITE = process.env.WRITE_DOCS === '1';

/** Asking again does no harm, so the answer may be waited for: lists lag, and messages take a moment. */
const READING = /^temporal (workflow (list|count|describe|show|result|query|metadata)|batch list|schedule describe)\b/;

let cast: Awaited<ReturnType<typeof startCast>>;
let tools: string;

beforeAll(async () => {
  cast = await startCast();
  tools = path.join(cast.harness.folder, 'bin');
  await mkdir(tools);
  await symlink(process.env.TEMPORAL_CLI_PATH ?? 'temporal', path.join(tools, 'temporal'));
});
afterAll(() => cast.close());

/** What a shell prints, whether or not the command succeeds. */
async function run(command: string): Promise<string> {
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}`, ...cast.harness.env };
  // A group of its own, so that a command that waits in vain is ended with all its parts.
  const shell = spawn('sh', ['-c', `(${command}) 2>&1`], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const limit = setTimeout(() => shell.pid && process.kill(-shell.pid, 'SIGKILL'), 30_000);
  const printed = await text(shell.stdout).finally(() => clearTimeout(limit));
  return publishable(printed);
}

async function settled(command: string): Promise<string> {
  let last = await run(command);
  return until('the output stays the same', async () => {
    await sleep(2000);
    const before = shapeOf(last);
    last = await run(command);
    return shapeOf(last) === before ? last || '\n' : undefined;
  });
}

async function write(): Promise<void> {
  const outputs: string[] = [];
  for (const { command } of EXAMPLES) outputs.push(await (READING.test(command) ? settled(command) : run(command)));
  await writeFile(PAGE, withOutputs(await readFile(PAGE, 'utf8'), outputs));
}

async function check({ command, output }: Example): Promise<void> {
  let printed = await run(command);
  const matches = async () => {
    if (shapeOf(printed) !== shapeOf(output)) printed = await run(command);
    return shapeOf(printed) === shapeOf(output);
  };
  if (READING.test(command)) await until('the output is that of the page', matches, 15).catch(() => undefined);
  expect(shapeOf(printed)).toBe(shapeOf(output));
}

describe('docs/recipes/temporal-cli.md', () => {
  if (WRITE) it('is written', write, 600_000);
  else it.each(EXAMPLES)('$command', check);
});
