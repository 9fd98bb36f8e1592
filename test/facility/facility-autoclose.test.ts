import { simpleParser } from 'mailparser';
import { effectKey } from '../../src/tasks/keys';
import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { addLateJob, addSite, breakTable, minutes } from './rows';

describe.each(DATABASES)('jobs.autoclose on $name', ({ open }) => {
  let bench: FacilityBench;

  useBench(open, (given) => {
    bench = given;
  });

  const instance = (id: number) =>
    bench.database.selectFrom('jobInstances').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('on an empty database reports what it did, closes nothing and leaves no dead letter', async () => {
    expect(await bench.complete('jobs.autoclose')).toEqual({
      story: 'No job is late.',
      traceback: '',
      id: [],
      left: [],
    });
    expect((await bench.tasks.deadLetters.list()).deadLetters).toEqual([]);
  });

  it('closes what expired in the last 24 hours and is still open, and nothing else', async () => {
    const site = await addSite(bench.database);
    const late = await addLateJob(bench.database, site);
    const begun = await addLateJob(bench.database, site, { status: 'INPROGRESS', notice: 'NONE' });
    const others = [
      { expiresAt: minutes(30) },
      { expiresAt: minutes(-25 * 60) },
      { status: 'COMPLETED' as const },
      { status: 'PARTIALLYCOMPLETED' as const },
      { status: 'AUTOCLOSED' as const, autoclosedByServer: true },
    ];
    for (const other of others) await addLateJob(bench.database, site, other);

    expect((await bench.complete('jobs.autoclose')).id.sort()).toEqual([late, begun].sort());
    const closed = await bench.database
      .selectFrom('jobInstances')
      .select('id')
      .where('closedAt', 'is not', null)
      .orderBy('id')
      .execute();
    expect(closed.map(({ id }) => id)).toEqual([late, begun].sort());
    expect(await instance(late)).toMatchObject({ status: 'AUTOCLOSED', emailSent: true, autoclosedByServer: true });
    expect(await instance(begun)).toMatchObject({ status: 'AUTOCLOSED', emailSent: false, ticketGenerated: false });
  });

  it('notifies who is in charge and the client admins, with times shifted by the offset of the record', async () => {
    const site = await addSite(bench.database);
    const plannedAt = new Date('2026-01-31T20:00:00Z');
    await addLateJob(bench.database, site, { plannedAt, identifier: 'INTERNALTOUR', offsetMinutes: 330 });
    await bench.complete('jobs.autoclose');
    const subject = 'AUTOCLOSE TOUR planned on 01-Feb-2026 01:30 not reported in time';
    expect(await bench.mailed(site, 2)).toEqual(
      ['admin', 'keeper'].map((name) => `${name}@${site.tenant}.example.com ${subject}`),
    );
  });

  it('raises a ticket where the notice asks for it, and puts it into the mail', async () => {
    const site = await addSite(bench.database);
    await bench.database
      .insertInto('escalationMatrix')
      .values({ tenant: site.tenant, category: 'AUTOCLOSED', level: 1, wait: 4, unit: 'HOUR', assigneeId: site.admin })
      .execute();
    const job = await addLateJob(bench.database, site, { notice: 'RAISETICKETNOTIFY' });
    await bench.complete('jobs.autoclose');
    const ticket = await bench.database.selectFrom('tickets').selectAll().executeTakeFirstOrThrow();
    expect(ticket).toMatchObject({ instanceId: job, status: 'NEW', systemGenerated: true, level: 0 });
    expect(ticket.description).toMatch(/^AUTOCLOSED Check the pumps planned on .* not reported in time$/);
    expect(await instance(job)).toMatchObject({ ticketGenerated: true });
    await bench.mailed(site, 2);
    const { text, html } = await simpleParser(bench.mailsOf(site)[0]?.raw ?? '');
    for (const body of [text, html]) {
      expect(body).toContain(`Ticket`);
      expect(body).toContain(String(ticket.id));
      expect(body).toContain('priority MEDIUM. Next escalation: in 4 hours.');
    }
  });

  it.each([
    ['INPROGRESS', ['COMPLETED', 'ASSIGNED'], 'PARTIALLYCOMPLETED', ['COMPLETED', 'AUTOCLOSED']],
    ['INPROGRESS', ['ASSIGNED', 'ASSIGNED'], 'AUTOCLOSED', ['AUTOCLOSED', 'AUTOCLOSED']],
    ['ASSIGNED', ['COMPLETED', 'ASSIGNED'], 'AUTOCLOSED', ['COMPLETED', 'AUTOCLOSED']],
    ['INPROGRESS', ['COMPLETED', 'COMPLETED'], 'AUTOCLOSED', ['COMPLETED', 'COMPLETED']],
  ] as const)('a tour that is %s with checkpoints %j ends %s', async (status, before, end, after) => {
    const site = await addSite(bench.database);
    const tour = await addLateJob(bench.database, site, { identifier: 'EXTERNALTOUR', status }, before);
    await bench.complete('jobs.autoclose', { job: tour });
    expect((await instance(tour)).status).toBe(end);
    const checkpoints = bench.database.selectFrom('checkpoints').select('status').where('instanceId', '=', tour);
    expect((await checkpoints.orderBy('position').execute()).map(({ status }) => status)).toEqual(after);
  });

  it('of five late jobs one fails alone; every address got one mail for each of the others, also after a re-run', async () => {
    const site = await addSite(bench.database);
    const jobs: number[] = [];
    for (let each = 1; each <= 5; each++) {
      jobs.push(await addLateJob(bench.database, site, { identifier: 'SITEREPORT', plannedAt: minutes(-40 - each) }));
    }
    const third = jobs[2] ?? 0;
    const mend = await breakTable(bench.database, 'job_instances', { id: third });

    const first = await bench.complete('jobs.autoclose');
    expect(first.id.sort()).toEqual(jobs.filter((job) => job !== third));
    expect(first.left).toMatchObject([{ state: 'dead-lettered' }]);
    expect(first.traceback).toContain(`${third} is broken`);
    const { deadLetters } = await bench.tasks.deadLetters.list();
    expect(deadLetters).toMatchObject([{ id: first.left?.[0]?.task, code: 'TRANSIENT_DATABASE' }]);
    const record = await bench.tasks.deadLetters.read(deadLetters[0]?.id ?? '', 'http://api');
    expect(record).toMatchObject({ input: { job: third }, key: expect.stringMatching(`^autoclose:${third}:`) });
    expect((await instance(third)).status).toBe('ASSIGNED');

    await bench.mailed(site, 8);
    const second = await bench.complete('jobs.autoclose');
    expect(second).toMatchObject({ id: [], left: [{ task: record.id, state: 'dead-lettered' }] });
    expect((await bench.tasks.deadLetters.list()).deadLetters).toHaveLength(1);

    await mend();
    await bench.tasks.act(record.id, 'retry', { reason: 'the row is mended' });
    expect(new Set(await bench.mailed(site, 10)).size).toBe(10);
    expect(bench.mailsOf(site)).toHaveLength(10);
    expect((await instance(third)).status).toBe('AUTOCLOSED');
  });

  it('hands its mails over once for good: asked again under another key, however late, it hands over none', async () => {
    const site = await addSite(bench.database);
    const job = await addLateJob(bench.database, site);
    const handedOver = async () => {
      const { id, generation = '', result } = await bench.run('jobs.autoclose', { job });
      expect(result).toMatchObject({ id: [job] });
      return bench.harness.artifacts.readJournal(effectKey(id, generation, 'subtasks'));
    };
    expect(await handedOver()).not.toEqual([]);
    expect(await handedOver()).toEqual([]);
  });

  it('closes one job that is named, refuses one that is not there, and leaves one that is not late', async () => {
    const site = await addSite(bench.database);
    const early = await addLateJob(bench.database, site, { expiresAt: minutes(30) });
    expect(await bench.complete('jobs.autoclose', { job: early })).toMatchObject({
      id: [],
      story: expect.stringContaining('is not late before'),
    });
    expect(await bench.run('jobs.autoclose', { job: 999_999 })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_NOT_FOUND', message: 'There is no job 999999.' },
    });
  });

  it('mails nobody where addresses are placeholders, says so, and closes all the same', async () => {
    const site = await addSite(bench.database);
    await bench.database.updateTable('people').set({ email: 'TBD' }).execute();
    const job = await addLateJob(bench.database, site);
    const { story, id } = await bench.complete('jobs.autoclose', { job });
    expect(id).toEqual([job]);
    expect(story).toContain('nobody can be notified at "TBD"');
    expect(await instance(job)).toMatchObject({ emailSent: false, status: 'AUTOCLOSED' });
  });
});
