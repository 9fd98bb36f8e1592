import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../examples/facility/src/database/open';
import type { Handler } from '../../src/activities/attempt/handler';
import { queuesOf } from '../../src/tasks/queues';
import { createTicketsClose, ticketsClose } from '../fixtures/tickets-close';
import { Harness } from '../support/harness';
import { readPage } from '../support/pages';
import { tasksOf } from '../support/tasks-of';
import { openPglite } from './databases';
import { addSite, minutes } from './rows';

const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it('the example of docs/recipes/facility.md is the code that is tried here', () => {
  const code = readFileSync(path.join(__dirname, '..', 'fixtures', 'tickets-close.ts'), 'utf8');
  const asInThePack = code.replaceAll("'../../examples/facility/src/", "'./");
  expect(readPage('docs/recipes/facility.md')).toContain(`\`\`\`ts\n${asInThePack}\`\`\`\n`);
});

it('the example closes what has been resolved for a week, each in a task of its own', async () => {
  const harness = await Harness.start();
  const { location, close } = await openPglite();
  const database = await openDatabase(location);
  const contracts = [ticketsClose];
  const handler = createTicketsClose({ database: async () => database, mailBytes: 1 });
  const stop = await harness.startWorkers({
    contracts,
    handlers: { [ticketsClose.type]: handler as unknown as Handler },
    queues: queuesOf(contracts),
  });
  closers.push(
    () => harness.close(),
    close,
    () => database.destroy(),
    stop,
  );
  const site = await addSite(database);
  const ticket = { siteId: site.id, category: 'HVAC', description: 'It rattles' };
  const made = await database
    .insertInto('tickets')
    .values([
      { ...ticket, status: 'RESOLVED', createdAt: minutes(-8 * 1440) },
      { ...ticket, status: 'RESOLVED', createdAt: minutes(-6 * 1440) },
      { ...ticket, status: 'OPEN', createdAt: minutes(-8 * 1440) },
    ])
    .returning('id')
    .execute();
  const tasks = tasksOf(harness, contracts);
  const { task } = await tasks.submit({ type: ticketsClose.type, input: {} });
  const closed = made[0]?.id;
  expect((await tasks.wait(task.id, 60)).result).toMatchObject({ story: `Ticket ${closed} is closed.`, id: [closed] });
  const left = await database.selectFrom('tickets').select('status').orderBy('id').execute();
  expect(left.map(({ status }) => status)).toEqual(['CLOSED', 'RESOLVED', 'OPEN']);
});
