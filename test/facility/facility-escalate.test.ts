import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { addTicket as addRow, addSite, minutes, type Site } from './rows';

describe.each(DATABASES)('tickets.escalate on $name', ({ open }) => {
  let bench: FacilityBench;

  useBench(open, (given) => {
    bench = given;
  });

  /** A matrix of three levels: 30 minutes, 2 hours, 1 day. */
  async function addMatrix({ tenant, inCharge, admin }: Site): Promise<void> {
    const level = { tenant, category: 'AUTOCLOSED' };
    await bench.database
      .insertInto('escalationMatrix')
      .values([
        { ...level, level: 1, wait: 30, unit: 'MINUTE', assigneeId: inCharge },
        { ...level, level: 2, wait: 2, unit: 'HOUR', assigneeId: admin },
        { ...level, level: 3, wait: 1, unit: 'DAY', assigneeId: admin },
      ])
      .execute();
  }

  const addTicket = (...[site, more]: [Site, Parameters<typeof addRow>[2]?]) => addRow(bench.database, site, more);

  const ticket = (id: number) =>
    bench.database.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('raises those whose wait is over by one level, hands them to its assignee, and writes that down', async () => {
    const site = await addSite(bench.database);
    await addMatrix(site);
    const due = await addTicket(site);
    const others = [
      { createdAt: minutes(-29) },
      { status: 'CLOSED' as const },
      { status: 'CANCELLED' as const },
      { category: 'CLEANING' },
      { level: 3, createdAt: minutes(-100_000) },
    ];
    for (const other of others) await addTicket(site, other);

    expect(await bench.complete('tickets.escalate')).toMatchObject({ id: [due], traceback: '', left: [] });
    expect(await ticket(due)).toMatchObject({ level: 1, assigneeId: site.inCharge, status: 'OPEN' });
    expect(await bench.database.selectFrom('ticketHistory').selectAll().execute()).toMatchObject([
      { ticketId: due, level: 1, fromAssigneeId: null, toAssigneeId: site.inCharge },
    ]);
    const subject = `Escalation Level 1: Ticket Number ${due}`;
    expect(await bench.mailed(site, 1)).toEqual([`keeper@${site.tenant}.example.com ${subject}`]);
    expect(bench.mailsOf(site)[0]?.raw).toContain('The pumps &lt;b&gt;leak&lt;');
  });

  it('takes one level at a time, each once, until the matrix has no more', async () => {
    const site = await addSite(bench.database);
    await addMatrix(site);
    const old = await addTicket(site, { createdAt: minutes(-2 * 1440) });
    for (const level of [1, 2, 3]) {
      expect(await bench.complete('tickets.escalate')).toMatchObject({ id: [old] });
      expect((await ticket(old)).level).toBe(level);
    }
    expect(await bench.complete('tickets.escalate')).toMatchObject({
      id: [],
      story: 'No ticket has waited for too long.',
    });
    expect(await bench.mailed(site, 3)).toHaveLength(3);
  });

  it.each([
    ['MINUTE', 90, -89, -91],
    ['HOUR', 2, -119, -121],
    ['DAY', 2, -2879, -2881],
    ['WEEK', 1, -10_079, -10_081],
  ] as const)('waits for %s x %i, counted from the creation', async (unit, wait, early, late) => {
    const site = await addSite(bench.database);
    await bench.database
      .insertInto('escalationMatrix')
      .values({ tenant: site.tenant, category: 'AUTOCLOSED', level: 1, wait, unit, assigneeId: site.admin })
      .execute();
    await addTicket(site, { createdAt: minutes(early) });
    const due = await addTicket(site, { createdAt: minutes(late) });
    expect((await bench.complete('tickets.escalate')).id).toEqual([due]);
  });

  it('raises one that is named once, however often it is asked to, and no level that is not due or not there', async () => {
    const site = await addSite(bench.database);
    await addMatrix(site);
    const due = await addTicket(site);
    expect(await bench.complete('tickets.escalate', { ticket: due, level: 1 })).toMatchObject({ id: [due] });
    // Another task for the same step finds what the first one has written down, and does nothing.
    expect(await bench.complete('tickets.escalate', { ticket: due, level: 1 })).toMatchObject({ id: [due] });
    expect((await ticket(due)).level).toBe(1);
    expect(await bench.complete('tickets.escalate', { ticket: due, level: 2 })).toMatchObject({
      id: [],
      story: expect.stringContaining(`Ticket ${due} is not due for level 2 before`),
    });
    expect(await bench.run('tickets.escalate', { ticket: due, level: 9 })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_NOT_FOUND' },
    });
    expect(await bench.mailed(site, 1)).toHaveLength(1);
    await expect(bench.run('tickets.escalate', { ticket: due })).rejects.toThrow(/ticket and level belong together/);
  });

  it('refuses a level that is not the next one yet, and raises to it when its turn has come', async () => {
    const site = await addSite(bench.database);
    await addMatrix(site);
    const due = await addTicket(site, { createdAt: minutes(-121) });
    expect(await bench.run('tickets.escalate', { ticket: due, level: 2 })).toMatchObject({
      state: 'failed',
      failure: {
        code: 'PERMANENT_VALIDATION',
        message: `Ticket ${due} is at level 0: raise it to 1 before 2.`,
      },
    });
    for (const level of [1, 2]) {
      expect((await bench.complete('tickets.escalate')).id).toEqual([due]);
      expect((await ticket(due)).level).toBe(level);
    }
  });

  it('raises a ticket that was closed when its task looked, and is open again', async () => {
    const site = await addSite(bench.database);
    await addMatrix(site);
    const due = await addTicket(site, { status: 'CLOSED' });
    expect(await bench.complete('tickets.escalate', { ticket: due, level: 1 })).toMatchObject({
      id: [],
      story: `Ticket ${due} is CLOSED, at level 0.`,
    });
    await bench.database.updateTable('tickets').set({ status: 'OPEN' }).where('id', '=', due).execute();
    expect((await bench.complete('tickets.escalate')).id).toEqual([due]);
    expect((await ticket(due)).level).toBe(1);
  });
});
