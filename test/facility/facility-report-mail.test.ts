import { simpleParser } from 'mailparser';
import { type ReportsMailOutput, reportsMail } from '../../examples/facility/src/contracts/reports-mail';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import { taskIdForKey } from '../../src/tasks/keys';
import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { addReport, addReportFile, addSite, breakTable, minutes, type Site } from './rows';

describe.each(DATABASES)('reports.mail on $name', ({ open }) => {
  let bench: FacilityBench;
  let site: Site;

  useBench(open, (given) => {
    bench = given;
  });
  beforeEach(async () => {
    site = await addSite(bench.database, { name: 'Завод «Север» № 5' });
  });

  const mail = (input: object = {}) => bench.complete<ReportsMailOutput>('reports.mail', input);
  const verify = (input: object) =>
    runVerifier(
      reportsMail,
      bench.facility.verifiers[reportsMail.type],
      { taskId: 'reports.mail:lost', generation: 'one', input },
      { artifacts: bench.harness.artifacts },
    );
  const address = (name: string) => `${name}@${site.tenant}.example.com`;
  const receivers = () => bench.mailsOf(site).flatMap(({ to }) => to);
  const addFile = async (more: Parameters<typeof addReportFile>[2] = {}, recipients = [address('keeper')]) =>
    addReportFile(bench.database, await addReport(bench.database, site, { recipients }), more);
  const file = (id: number) =>
    bench.database.selectFrom('reportFiles').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('mails a report to each recipient once, with the file, and removes it afterwards', async () => {
    const recipients = [address('keeper'), 'TBD', address('ada'), address('KEEPER').toUpperCase(), 'no address', ''];
    const period = { periodFrom: new Date('2026-02-28T18:30:00Z'), periodTo: new Date('2026-03-01T18:30:00Z') };
    const report = await addReport(bench.database, site, { recipients, timeZone: 'Asia/Kolkata' });
    const id = await addReportFile(bench.database, report, { ...period, content: Buffer.from('Größe;1\n') });
    expect(await verify({ file: id })).toMatchObject({ effect: 'absent' });
    const result = await mail();
    expect(await verify({ file: id })).toMatchObject({ effect: 'done', output: await mail({ file: id }) });
    expect(result).toMatchObject({ id: [id], files_processed: 1, emails_sent: 2, errors: 0, traceback: '', left: [] });
    expect(result.story).toContain('went to 2; nobody can be mailed at "TBD", "no address", ""');
    expect(Date.parse(result.start_time)).toBeLessThanOrEqual(Date.parse(result.end_time));
    expect(receivers().sort()).toEqual([address('ada'), address('keeper')]);
    for (const { raw } of bench.mailsOf(site)) {
      const { subject, text, attachments } = await simpleParser(raw);
      expect(subject).toBe('Report Daily jobs: 2026-03-01');
      expect(text).toContain('Jobs of Завод «Север» № 5, 2026-03-01 (Asia/Kolkata)');
      expect(attachments).toMatchObject([{ filename: 'jobs__2026-01-01__08-00-00.csv' }]);
      expect(attachments[0]?.content.toString()).toBe('Größe;1\n');
    }
    expect(await file(id)).toMatchObject({ content: null, mailedAt: expect.anything(), removedAt: expect.anything() });
  });

  it('two runs of one window, a repeated item and one by hand are one mail', async () => {
    const sendAt = minutes(27);
    const id = await addFile({ sendAt });
    const at = (shift: number) => ({ at: new Date(sendAt.getTime() + shift * 60_000).toISOString() });
    // Both look before either has mailed.
    const results = await Promise.all([mail(at(-27)), mail(at(0))]);
    for (const result of results) expect(result).toMatchObject({ id: [id], emails_sent: 1 });
    const key = `report-mail:${id}:${sendAt.toISOString().slice(0, 10)}`;
    expect(await bench.tasks.read(taskIdForKey('reports.mail', undefined, key))).toMatchObject({ state: 'completed' });
    expect(await mail(at(27))).toMatchObject({ files_processed: 0, story: 'No report is to be mailed.' });
    // A mail of another text would be another mail.
    await bench.database.updateTable('reportDefinitions').set({ name: 'Renamed' }).execute();
    expect(await mail({ file: id })).toMatchObject({ emails_sent: 1, story: results[0]?.story });
    expect(receivers()).toEqual([address('keeper')]);
  });

  it('mails what is within 30 minutes of its time, and reports what is past it', async () => {
    const now = Date.now();
    const add = (shift: number) => addFile({ sendAt: new Date(now + shift * 60_000) });
    const [missed, past, coming, far] = [await add(-31), await add(-30), await add(30), await add(31)];
    const result = await mail({ at: new Date(now).toISOString() });
    expect(result.id.sort()).toEqual([past, coming].sort());
    expect(result).toMatchObject({ files_processed: 2, emails_sent: 2, errors: 1 });
    expect(result.story).toContain(`submit reports.mail {"file": ${missed}}`);
    for (const id of [missed, far]) expect(await file(id)).toMatchObject({ mailedAt: null, removedAt: null });
    expect(await mail({ file: missed })).toMatchObject({ id: [missed], emails_sent: 1 });
  });

  it('a report whose mail is refused stays, is seen, and is settled when the mail has gone out; the others are', async () => {
    const id = await addFile({}, [address('keeper'), address('ada')]);
    const fine = await addFile();
    bench.mail.manners = { recipient: (to) => (to === address('ada') ? 550 : undefined) };
    const first = await mail();
    expect(first).toMatchObject({ id: [fine], files_processed: 2, emails_sent: 1, errors: 1 });
    expect(first.left).toMatchObject([{ state: 'dead-lettered' }]);
    expect(first.traceback).toMatch(`Report file ${id} has gone to 1 of 2: the mail to ${address('ada')} (email.send:`);
    expect(await file(id)).toMatchObject({ mailedAt: null, content: expect.anything() });
    expect(await file(fine)).toMatchObject({ content: null });

    bench.mail.manners = {};
    const item = first.left?.[0]?.task ?? '';
    const lost = /\((email\.send:[^)]+)\)/.exec(first.traceback)?.[1] ?? '';
    await bench.tasks.act(lost, 'retry');
    expect(await bench.tasks.wait(lost, 60)).toMatchObject({ state: 'completed' });
    await bench.tasks.act(item, 'retry');
    expect(await bench.tasks.wait(item, 60)).toMatchObject({ state: 'completed', result: { emails_sent: 2 } });
    expect(await file(id)).toMatchObject({ content: null, mailedAt: expect.anything() });
    expect(receivers().sort()).toEqual([address('ada'), address('keeper'), address('keeper')]);
  });

  it('a wrong address is mended in the definition: the right one is mailed, and nobody a second time', async () => {
    const id = await addFile({}, [address('keeper'), address('wrong')]);
    bench.mail.manners = { recipient: (to) => (to === address('wrong') ? 550 : undefined) };
    const item = (await mail()).left?.[0]?.task ?? '';
    await bench.database
      .updateTable('reportDefinitions')
      .set({ recipients: [address('keeper'), address('right')], name: 'Another name' })
      .execute();
    await bench.tasks.act(item, 'retry');
    expect(await bench.tasks.wait(item, 60)).toMatchObject({
      state: 'completed',
      result: { id: [id], emails_sent: 2 },
    });
    expect(receivers().sort()).toEqual([address('keeper'), address('right')]);
  });

  it('a report that has gone out while the database was broken is not mailed again', async () => {
    const id = await addFile();
    const mend = await breakTable(bench.database, 'report_files');
    const { left } = await mail();
    expect(left).toMatchObject([{ state: 'dead-lettered' }]);
    expect(receivers()).toEqual([address('keeper')]);
    await mend();
    const item = left?.[0]?.task ?? '';
    await bench.tasks.act(item, 'retry');
    expect(await bench.tasks.wait(item, 60)).toMatchObject({ state: 'completed', result: { id: [id] } });
    expect(receivers()).toEqual([address('keeper')]);
    expect(await file(id)).toMatchObject({ content: null, mailedAt: expect.anything() });
  });

  it('without anybody to mail to waits for a person, and mails once the recipients are mended', async () => {
    const id = await addFile({}, ['TBD', 'nobody']);
    const { left, traceback } = await mail();
    expect(traceback).toContain('has no recipient with an address');
    await bench.database
      .updateTable('reportDefinitions')
      .set({ recipients: [address('keeper')] })
      .execute();
    const item = left?.[0]?.task ?? '';
    await bench.tasks.act(item, 'retry');
    expect(await bench.tasks.wait(item, 60)).toMatchObject({ state: 'completed', result: { id: [id] } });
    expect(receivers()).toEqual([address('keeper')]);
  });

  it('removes what was not mailed for 12 hours after its time, and says so; younger and mailed ones it leaves', async () => {
    const old = await addFile({ sendAt: minutes(-12 * 60 - 1) });
    const young = await addFile({ sendAt: minutes(-12 * 60 + 5), createdAt: minutes(-36 * 60) });
    const result = await mail();
    expect(result.story).toContain(`Report file ${old} (jobs__2026-01-01__08-00-00.csv) was to be mailed at`);
    expect(result.story).toContain('never was: its content is removed');
    expect(result).toMatchObject({ files_processed: 0, errors: 2 });
    expect(await file(old)).toMatchObject({ content: null, mailedAt: null, removedAt: expect.anything() });
    expect((await file(young)).content).not.toBeNull();
    const again = await mail();
    expect(again.story).not.toContain('its content is removed');
    expect(await bench.run('reports.mail', { file: old })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_NOT_FOUND', message: expect.stringContaining('was removed at') },
    });
  });
});
