import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { createContracts } from '../../src/catalogue';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import { TestApi } from '../../test/support/api';
import { INCIDENTS } from '../../test/support/incidents/incidents';
import type { Incident, IncidentStage } from '../../test/support/incidents/stage';
import { until } from '../../test/support/until';
import { Camera } from './camera';
import { Story } from './story';

const DOCS = path.join(__dirname, '..', '..', 'docs');
const PICTURES = path.join(DOCS, 'images', 'incidents');
const PAGE = path.join(DOCS, 'operations', 'incidents.md');

const HEAD = `# The five incidents, solved with the mouse

The incidents of [operations](operations.md), solved in the [dashboard](dashboard.md) instead of a shell. \`npm run dashboard:incidents\` makes each of
them on a server of its own, moves the mouse through these very steps, takes the pictures, and fails when a step is not possible any
more. Nothing is typed: the usual reasons are a click. What has to be done outside of Holdfast, such as starting a worker, stands in between.

`;

type Solve = (story: Story, outside: (command: string) => Promise<void>, stage: IncidentStage) => Promise<void>;

const chip = (story: Story, name: string) => story.page.getByRole('dialog').getByRole('button', { name, exact: true });
const rail = (story: Story, name: string | RegExp) =>
  story.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
const look = (story: Story, what: RegExp) => story.page.getByRole('link', { name: what });

const workerDown: Solve = async (story, outside) => {
  const { page } = story;
  await page.getByText('No worker serves queue default').waitFor();
  await story.look('The overview says that no worker serves the queue, since when, and what to type');
  await story.click(
    look(story, /^Look at No worker/),
    '*Look* leads to the queues: tasks wait in *default*, and nobody polls it.',
  );
  await page.getByRole('heading', { name: 'Queues & workers' }).waitFor();
  await story.look('The queue with its backlog and no worker');
  await outside('npm run worker');
  await story.click(rail(story, 'Overview'), '*Overview*: the box is gone by itself once a worker polls.');
  await page.getByText('Nothing needs a person.').waitFor({ timeout: 180_000 });
  await story.look('Nothing needs a person');
};

const dependencyDown: Solve = async (story, outside, stage) => {
  const { page } = story;
  await page.getByText('Circuit breaker program:sync is open').waitFor();
  await story.look('The overview names the open circuit breaker, the reason and the next probe');
  await story.click(
    look(story, /^Look at Circuit breaker/),
    '*Look* shows the breaker, its last failure and the task that met it.',
  );
  await page.getByRole('heading', { name: 'Breakers' }).waitFor();
  await outside('ssh partner systemctl start api');
  await story.click(page.getByRole('button', { name: 'Close program:sync' }), '*Close…* on its row.');
  await story.click(chip(story, 'The cause is gone'), 'The reason *The cause is gone*.');
  await story.look('The dialog says what closing does, and has the reason');
  await story.click(page.getByRole('dialog').locator('footer [type=submit]'), '*Close*.');
  await page.getByRole('cell', { name: 'Closed', exact: true }).waitFor();
  await story.click(rail(story, 'Tasks'), 'The tasks would look again by themselves. To not wait: *Tasks*.');
  await story.click(page.getByRole('button', { name: 'Retrying', exact: true }), 'The chip *Retrying*.');
  await story.click(
    page.getByRole('button', { name: 'Act on all that match…' }),
    '*Act on all that match…*; *Retry* is chosen.',
  );
  await story.click(chip(story, 'The cause is gone'), 'The reason.');
  await story.click(chip(story, 'Count first'), '*Count first*: it says how many, of which types.');
  await page
    .getByRole('dialog')
    .getByText(/^\d+ tasks$/)
    .waitFor();
  await story.look('How many tasks would be retried, before any is');
  await story.click(
    page.getByRole('dialog').getByRole('button', { name: /^Retry \d/ }),
    '*Retry 6*: one first, then the others.',
  );
  await page.waitForURL(/bulk-actions/);
  await until(
    'all have completed',
    async () => {
      const { tasks } = await stage.tasks.list({ filter: { type: 'command.run' } });
      return tasks.length === 6 && tasks.every(({ state }) => state === 'completed');
    },
    180,
  );
  await page.getByText('completed', { exact: false }).first().waitFor();
  await story.look('The page of the bulk action, with the outcome of each task');
};

const poison: Solve = async (story) => {
  const { page } = story;
  const dialog = page.getByRole('dialog');
  await story.click(
    page.getByRole('link', { name: 'image.convert', exact: true }),
    '*image.convert* in the table of types, which shows one failure.',
  );
  await story.click(page.getByRole('row').first(), 'The failed row.');
  await page.getByRole('button', { name: 'Retry…' }).waitFor();
  await story.look('The task says why: the file is no picture');
  await story.click(page.getByRole('button', { name: 'Retry…' }), '*Retry…*');
  await story.click(
    dialog.getByRole('button', { name: /^Edit its input/ }),
    '*Edit its input…*: a form made from the contract.',
  );
  const photo = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#7aa2c8' } })
    .png()
    .toBuffer();
  const file = { name: 'order-4714.png', type: 'image/png', base64: photo.toString('base64') };
  await story.drop(dialog.locator('.drop').first(), file, 'The right picture is dropped on the form.');
  await dialog.locator('input[value^="sha256:"]').waitFor();
  await story.click(chip(story, 'Show the difference'), '*Show the difference*');
  await story.look('What changes in the input, before it is sent');
  await story.click(chip(story, 'Retry with this input'), '*Retry with this input*');
  await page.locator('main .badge.state-completed').first().waitFor({ timeout: 60_000 });
  await story.click(page.getByRole('tab', { name: 'Result' }), 'The task has completed; *Result* shows the picture.');
  await story.look('The result with its picture');
};

const badDeploy: Solve = async (story, outside) => {
  const { page } = story;
  await story.click(
    page.getByRole('link', { name: 'command.run', exact: true }),
    '*command.run* in the table of types, which has one open.',
  );
  await story.click(page.getByRole('row').first(), 'The open task.');
  await page
    .getByText(/workflow code fails again and again/)
    .first()
    .waitFor();
  await story.look('The task names the cause: its workflow code fails, most likely since the deploy');
  await outside('npm run worker   # of the release before');
  await page.locator('main .badge.state-completed').first().waitFor({ timeout: 180_000 });
  story.say('The page follows by itself.');
  await story.look('The task has completed');
};

const lostResult: Solve = async (story, outside) => {
  const { page } = story;
  await story.click(
    page.getByRole('link', { name: 'image.convert', exact: true }),
    '*image.convert* in the table of types.',
  );
  await story.click(page.getByRole('row').first(), 'The open task.');
  await page
    .getByText(/Attempt 1 was lost/)
    .first()
    .waitFor({ timeout: 60_000 });
  await story.look('The first attempt was lost with its worker');
  await outside('npm run worker');
  await page.locator('main .badge.state-completed').first().waitFor({ timeout: 180_000 });
  story.say('The next attempt finds the record of the effect: the picture was made, and is not made again.');
  await story.click(page.getByRole('tab', { name: 'Result' }), '*Result*');
  await story.look('The result that had been lost');
};

const SOLVED: readonly Solve[] = [workerDown, dependencyDown, poison, badDeploy, lostResult];

/** Makes each incident, solves it, and writes the page. */
export async function solveIncidents(browser: Browser, only?: number): Promise<void> {
  const camera = new Camera(browser, PICTURES);
  const told: string[] = [];
  for (const [index, incident] of INCIDENTS.entries()) {
    if (only !== undefined && index + 1 !== only) continue;
    console.error(incident.heading);
    told.push(await solve(incident, SOLVED[index] as Solve, camera, `incident-${index + 1}`));
  }
  if (only === undefined) await writeFile(PAGE, `${HEAD}${told.join('\n').trimEnd()}\n`);
  else console.log(told.join('\n'));
}

async function solve(incident: Incident, how: Solve, camera: Camera, name: string): Promise<string> {
  const stage = await incident.begin();
  const commands = allowedCommandsSchema.parse(JSON.parse(stage.env.HOLDFAST_COMMANDS ?? '{}'));
  const api = await TestApi.start(stage.harness, { tasks: stage.tasks, contracts: createContracts({ commands }) });
  const page = await camera.open({ width: 1280, height: 800 });
  page.setDefaultTimeout(60_000);
  const story = new Story(page, camera, incident.heading, name, '../images/incidents');
  const outside = async (command: string) => {
    story.say(`Outside: \`${command.replace(/\s+/g, ' ')}\`\n`);
    await incident.actions[command]?.(stage);
  };
  try {
    await page.goto(api.url);
    await page.getByRole('heading', { name: /^By type/ }).waitFor();
    await how(story, outside, stage);
    return story.told;
  } finally {
    await page.close();
    await api.close();
    await stage.close();
  }
}
