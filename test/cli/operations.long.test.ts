import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { operatorName } from '../../src/cli/operator';
import { INCIDENTS } from '../support/incidents/incidents';
import type { Incident, IncidentStage } from '../support/incidents/stage';
import { sectionsOf } from '../support/pages';
import { until } from '../support/until';
import { type Example, examplesOf, publishable, shapeOf, withOutputs } from './page/page';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

const PAGE = path.join(__dirname, '..', '..', 'docs', 'operations', 'operations.md');
const SECTIONS = sectionsOf(readFileSync(PAGE, 'utf8'));

/** With WRITE_DOCS=1 the page gets the outputs of this run, instead of being held against them. */
const WRITE = process.env.WRITE_DOCS === '1';

/** Asking again does no harm, so the answer may be waited for. */
const READING = /^holdfast (?!.*--repair)(list|info|why|check|breakers(?! \w)|dead-letters|workers|replay-check)\b/;

async function run(stage: IncidentStage, command: string): Promise<string> {
  const { env, harness } = stage;
  const shell = spawn('sh', ['-c', `(${command}) 2>&1`], {
    env,
    cwd: harness.folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = (await text(shell.stdout)).replaceAll(harness.folder, '…').replaceAll(operatorName(), 'ann@ops');
  return publishable(printed);
}

/** What must be the same in every run: not times, ages, processes, nor how often what repeats has been repeated. */
function shape(output: string): string {
  return (
    inOrder(shapeOf(output))
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
      .replace(/\b\d+(\.\d+)? (s|min|h|d)\b( \d+ (s|min|h)\b)?/g, '<duration>')
      .replace(/Stuck: [\d.]+/g, 'Stuck: <hours>')
      .replace(/(attempt:? )\d+/g, '$1<n>')
      .replace(/(breaker failures: |^program:.* )\d+/gm, '$1<n>')
      .replace(/\b01[0-9a-z]{24}\b/g, '<generation>')
      // Known when it had reported something before it died.
      .replace(/(Attempt \d+ was lost: .*?) \(on [^)]*\)/g, '$1')
      .replace(/^Last Run: .*/gm, 'Last Run: <time or none>')
      // What it rests on is the server's own approximation.
      .replace(/^Forecast: .*(\n- .*)*/gm, 'Forecast: <…>')
      .replace(/worker-\d+@/g, 'worker-1@')
      .replace(/\b\d+(\.\d+)? seconds?\b/g, '<duration>')
      .replace(/"(bytes|durationMs)": \d+/g, '"$1": <n>')
  );
}

/** Tasks that come to the same together do so in any order. */
function inOrder(output: string): string {
  const isTask = (line: string) => /^[a-z]+\.[a-z]+:[0-9a-f]{40}[ :]/.test(line);
  const lines = output.split('\n');
  const tasks = lines.filter(isTask).sort();
  return lines.map((line) => (isTask(line) ? tasks.shift() : line)).join('\n');
}

async function check(stage: IncidentStage, { command, output }: Example): Promise<void> {
  let printed = await run(stage, command);
  const matches = async () => {
    if (shape(printed) !== shape(output)) printed = await run(stage, command);
    return shape(printed) === shape(output);
  };
  if (READING.test(command)) await until('the output is that of the page', matches).catch(() => undefined);
  expect(shape(printed)).toBe(shape(output));
}

/** Puts the outputs of a section's commands into the page. */
function write(heading: string, outputs: readonly string[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(`## ${heading}\n`);
  const end = page.indexOf('\n## ', begin + 1);
  writeFileSync(PAGE, page.slice(0, begin) + withOutputs(page.slice(begin, end), outputs) + page.slice(end));
}

describe.each(INCIDENTS)('docs/operations/operations.md: $heading', ({ heading, begin, actions }: Incident) => {
  const examples = examplesOf(SECTIONS.get(heading) ?? '');
  const outputs: string[] = [];
  let stage: IncidentStage;

  beforeAll(async () => {
    stage = await begin();
  });
  afterAll(async () => {
    await stage.close();
    if (WRITE) write(heading, outputs);
  });

  it.each(examples)('$command', async (example) => {
    const action = actions[example.command];
    if (action) await action(stage);
    else if (!WRITE) await check(stage, example);
    if (WRITE) outputs.push(action ? '' : await run(stage, example.command));
  });
});
