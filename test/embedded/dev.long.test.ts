import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Holdfast } from '../support/processes/holdfast';
import { copyProject } from '../support/processes/project-copy';
import { until } from '../support/until';

const SUMMARY = 'Resizes, converts and dithers an image.';

/** Seconds that a build may take, on a machine that has other things to do. */
const BUILD = 200;

interface Task {
  id: string;
  state: string;
}

it('runs changed sources after a build, keeps the old ones when they do not build, and loses no task', async () => {
  const project = await copyProject({ build: true });
  const holdfast = await Holdfast.create({}, project.folder);
  const contract = path.join(project.folder, 'src', 'catalogue', 'image-convert', 'contract.ts');
  const original = await readFile(contract, 'utf8');
  const summaryServed = async (summary: string) => {
    const response = await fetch(`${holdfast.url}/v1/task-types`).catch(() => undefined);
    return response?.ok ? (await response.text()).includes(summary) : false;
  };
  try {
    holdfast.run('dev');
    await holdfast.untilSays('Ready.', BUILD);

    await writeFile(contract, original.replace(SUMMARY, 'Broken.').concat('\nconst broken: number = "";\n'));
    await holdfast.untilSays('The build failed; what ran before goes on.', BUILD);
    expect(await summaryServed(SUMMARY)).toBe(true);

    const running = await submitSleep(holdfast.url, 2);
    const waiting = await submitSleep(holdfast.url, 1);
    await writeFile(contract, original.replace(SUMMARY, 'Changed meanwhile.'));
    await holdfast.untilSays('The application runs what is new.', BUILD);
    await until('the new summary is served', () => summaryServed('Changed meanwhile.'));
    for (const { id } of [running, waiting]) {
      const state = async () => {
        const response = await fetch(`${holdfast.url}/v1/tasks/${encodeURIComponent(id)}`);
        return ((await response.json()) as Task).state;
      };
      await until('the task completes', async () => (await state()) === 'completed');
    }
  } finally {
    await holdfast.remove();
    await project.remove();
  }
}, 480_000);

async function submitSleep(url: string, seconds: number): Promise<Task> {
  const body = JSON.stringify({ type: 'command.run', input: { command: 'sleep', args: [String(seconds)] } });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/v1/tasks`, { method: 'POST', headers, body });
  expect(response.status).toBe(202);
  return (await response.json()) as Task;
}
