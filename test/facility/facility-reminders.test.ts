import { simpleParser } from 'mailparser';
import { createHandlerContext } from '../support/handler-context';
import { until } from '../support/until';
import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { addReminder, addSite, minutes } from './rows';

describe.each(DATABASES)('reminders.send on $name', ({ open }) => {
  let bench: FacilityBench;

  useBench(open, (given) => {
    bench = given;
  });

  const reminder = (id: number) =>
    bench.database.selectFrom('reminders').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  /** Runs until a run no longer answers with what an item came to a moment ago. */
  const runUntil = (id: number, status: string) =>
    until(`reminder ${id} is ${status}`, async () => {
      const output = await bench.complete('reminders.send');
      return (await reminder(id)).status === status ? output : undefined;
    });

  it('mails what is due to whom the job is assigned, once, and nothing of what is to come or sent', async () => {
    const site = await addSite(bench.database);
    const due = await addReminder(
      bench.database,
      site,
      {},
      { plannedAt: new Date('2050-01-31T20:00:00Z'), expiresAt: new Date('2050-01-31T21:00:00Z'), offsetMinutes: 330 },
    );
    const begun = await addReminder(bench.database, site, {}, { name: 'Sweep', status: 'INPROGRESS' });
    const others = [
      await addReminder(bench.database, site, { dueAt: minutes(30) }),
      await addReminder(bench.database, site, { status: 'SUCCESS' }),
    ];
    const before = await Promise.all(others.map(reminder));

    const { id, left } = await bench.complete('reminders.send');
    expect({ id: id.sort(), left }).toEqual({ id: [due, begun].sort(), left: [] });
    const admin = `admin@${site.tenant}.example.com`;
    expect(await bench.mailed(site, 2)).toEqual([`${admin} Reminder For Oil the lift`, `${admin} Reminder For Sweep`]);
    const mail = bench.mailsOf(site).find(({ raw }) => raw.includes('Oil the lift'));
    const { text, html } = await simpleParser(mail?.raw ?? '');
    for (const body of [text, html]) {
      expect(body).toContain('at Plant 1 is planned on 01-Feb-2050 01:30, and is to be reported by 01-Feb-2050 02:30.');
      expect(body).not.toContain('in charge');
    }
    expect(await reminder(due)).toMatchObject({ status: 'SUCCESS', failure: null, settledAt: expect.anything() });
    expect(await Promise.all(others.map(reminder))).toEqual(before);
    expect(await bench.complete('reminders.send')).toMatchObject({ story: 'No reminder is due.', id: [] });
  });

  it('reminds nobody of a job that is reported, closed or late, and says that it did not', async () => {
    const site = await addSite(bench.database);
    const late = { plannedAt: minutes(-60), expiresAt: minutes(-30) };
    const over = [
      await addReminder(bench.database, site, {}, { status: 'COMPLETED' }),
      await addReminder(bench.database, site, {}, { ...late, status: 'AUTOCLOSED' }),
      await addReminder(bench.database, site, {}, late),
    ];
    const failed = await addReminder(bench.database, site, { status: 'FAILED', failure: 'before' }, late);
    expect(await bench.complete('reminders.send')).toEqual({
      story: 'No reminder is due.\nReminders not sent before their jobs were over: 3.',
      traceback: '',
      id: [],
      left: [],
    });
    const reasons = (await Promise.all(over.map(reminder))).map(({ status, failure }) => `${status}: ${failure}`);
    expect(reasons).toEqual(
      ['COMPLETED', 'AUTOCLOSED', 'late'].map((end) => `FAILED: Not known to be sent before its job was ${end}`),
    );
    expect((await reminder(failed)).failure).toBe('before');
    // For a time that is to come, nothing is given up that can still be sent.
    const due = await addReminder(bench.database, site);
    expect((await bench.complete('reminders.send', { at: minutes(600).toISOString() })).story).toBe(
      'No reminder is due.',
    );
    expect((await reminder(due)).status).toBe('PENDING');
    expect(bench.mailsOf(site)).toEqual([]);
  });

  it('a mail that fails leaves its reason; redriven, the next run finds that it went out, once', async () => {
    const site = await addSite(bench.database);
    const id = await addReminder(bench.database, site);
    const fine = await addReminder(bench.database, site, {}, { assigneeId: site.inCharge });
    bench.mail.manners = { recipient: (address) => (address.startsWith('admin@') ? 451 : undefined) };
    const first = await bench.complete('reminders.send');
    expect(first).toMatchObject({ id: [fine], left: [] });
    const { status, failure } = await reminder(id);
    expect(status).toBe('FAILED');
    expect(failure).toMatch(/^email\.send:\S+ is dead-lettered: .*451/);
    expect(first.traceback).toBe(`Reminder ${id}: ${failure}`);

    bench.mail.manners = {};
    const mail = failure?.split(' ')[0] ?? '';
    await bench.tasks.act(mail, 'retry', { reason: 'the server takes mail again' });
    const { policy } = await bench.harness.reaches(mail, 'completed');
    // Longer than what lies between two runs, or the next one would send it again.
    expect(policy?.window).toBeGreaterThan(8 * 3600);
    expect((await runUntil(id, 'SUCCESS')).id).toEqual([id]);
    expect(await reminder(id)).toMatchObject({ failure: null, settledAt: expect.anything() });
    expect(bench.mailsOf(site)).toHaveLength(2);
  });

  it('a mail that is under way leaves the reminder pending; the next run finds it, whatever has changed since', async () => {
    const site = await addSite(bench.database);
    const id = await addReminder(bench.database, site);
    let take = () => {};
    bench.mail.manners = {
      recipient: () =>
        new Promise((resolve) => {
          take = () => resolve(undefined);
        }),
    };
    // An attempt whose patience is at its end.
    const { context } = createHandlerContext({
      taskId: `reminders.send:${site.tenant}`,
      submit: async (submissions) => Promise.all(submissions.map(async (one) => (await bench.tasks.submit(one)).task)),
      awaitEnds: (ids) => Promise.all(ids.map((one) => bench.tasks.read(one))),
    });
    const output = await bench.facility.handlers['reminders.send']?.({ reminder: id }, context);
    expect(output).toMatchObject({
      id: [],
      story: expect.stringContaining(`Reminder ${id} is under way: email.send:`),
    });
    expect(await reminder(id)).toMatchObject({ status: 'PENDING', settledAt: null });

    await bench.database.updateTable('jobInstances').set({ name: 'Oil the lifts' }).execute();
    const run = bench.complete('reminders.send');
    await until('the mail waits for an answer', () => bench.mail.connections > 0);
    await until('it is taken', () => {
      take();
      return bench.mail.received.length > 0;
    });
    expect(await run).toMatchObject({ id: [id], story: `Reminder ${id} is sent.` });
    expect(await reminder(id)).toMatchObject({ status: 'SUCCESS' });
    expect(await bench.mailed(site, 1)).toEqual([`admin@${site.tenant}.example.com Reminder For Oil the lift`]);
  });

  it('goes to who is in charge of the site without an address of the assignee; without both it fails alone', async () => {
    const site = await addSite(bench.database);
    const nobody = await addSite(bench.database);
    const people = () => bench.database.updateTable('people');
    await people().set({ email: 'TBD' }).where('id', '=', site.admin).execute();
    await people().set({ email: 'none' }).where('tenant', '=', nobody.tenant).execute();
    const id = await addReminder(bench.database, site);
    const failing = await addReminder(bench.database, nobody);

    const { id: sent, left = [] } = await bench.complete('reminders.send');
    expect(sent).toEqual([id]);
    expect(await bench.mailed(site, 1)).toEqual([`keeper@${site.tenant}.example.com Reminder For Oil the lift`]);
    const { text } = await simpleParser(bench.mailsOf(site)[0]?.raw ?? '');
    expect(text).toContain('as the person in charge of the site: there is no address of admin');

    const { failure } = await reminder(failing);
    expect(failure).toContain('"none" and "none" stand where the addresses of admin');
    expect(left).toMatchObject([{ state: 'failed', message: expect.stringContaining(failure ?? '?') }]);
    const task = left[0]?.task ?? '';
    expect(await bench.tasks.read(task)).toMatchObject({ failure: { code: 'PERMANENT_VALIDATION' } });

    const email = `ada@${nobody.tenant}.example.com`;
    await people().set({ email }).where('id', '=', nobody.admin).execute();
    await bench.tasks.act(task, 'retry', { reason: 'there is an address now' });
    await bench.harness.reaches(task, 'completed');
    expect(await reminder(failing)).toMatchObject({ status: 'SUCCESS', failure: null });
    expect(await bench.mailed(nobody, 1)).toEqual([`${email} Reminder For Oil the lift`]);
  });

  it('sends one that is named once, however often it is asked for, and none that is early, needless or unknown', async () => {
    const site = await addSite(bench.database);
    const id = await addReminder(bench.database, site);
    const outputs = await Promise.all(
      Array.from({ length: 3 }, () => bench.complete('reminders.send', { reminder: id })),
    );
    expect(outputs.map((output) => output.id)).toEqual([[id], [id], [id]]);
    expect(await bench.mailed(site, 1)).toHaveLength(1);

    const early = await addReminder(bench.database, site, { dueAt: minutes(30) });
    expect((await bench.complete('reminders.send', { reminder: early })).story).toContain('is not due before');
    const needless = await addReminder(bench.database, site, {}, { status: 'COMPLETED' });
    expect((await bench.complete('reminders.send', { reminder: needless })).story).toContain('is COMPLETED already');
    expect(await bench.run('reminders.send', { reminder: 999_999 })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_NOT_FOUND', message: 'There is no reminder 999999.' },
    });
    expect(bench.mailsOf(site)).toHaveLength(1);
  });
});
