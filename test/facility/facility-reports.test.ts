import { parse } from 'csv-parse/sync';
import { type ReportsCreateOutput, reportsCreate } from '../../examples/facility/src/contracts/reports-create';
import { pdfFile } from '../../examples/facility/src/report/pdf-file';
import { apart, linesOf, needsPieces, type Piece } from '../../examples/facility/src/report/visual-text';
import { createReportsCreate } from '../../examples/facility/src/reports-create';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import { createHandlerContext } from '../support/handler-context';
import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { pagesOf } from './pdf';
import { addLateJob, addReport, addSite, breakTable, type Site } from './rows';

describe.each(DATABASES)('reports.create on $name', ({ open }) => {
  let bench: FacilityBench;
  let site: Site;

  useBench(open, (given) => {
    bench = given;
  });
  beforeEach(async () => {
    site = await addSite(bench.database, { name: 'Завод «Север» № 5' });
  });

  const create = (input: object = {}) => bench.complete<ReportsCreateOutput>('reports.create', input);
  const verify = (input: object) =>
    runVerifier(
      reportsCreate,
      bench.facility.verifiers[reportsCreate.type],
      { taskId: 'reports.create:lost', generation: 'one', input },
      { artifacts: bench.harness.artifacts },
    );
  const files = () => bench.database.selectFrom('reportFiles').selectAll().orderBy('id').execute();
  const onlyFile = async () => {
    const [file, ...more] = await files();
    expect(more).toEqual([]);
    return { ...file, bytes: Buffer.from(file?.content ?? []) };
  };

  it.each([
    // In Kolkata it is half past midnight on the 24th, in UTC still the 23rd.
    ['daily', 'Asia/Kolkata', '2026-03-23T19:00:00Z', '2026-03-22T18:30:00Z', '2026-03-23T18:30:00Z', '2026-03-23'],
    ['daily', 'UTC', '2026-03-23T19:00:00Z', '2026-03-22T00:00:00Z', '2026-03-23T00:00:00Z', '2026-03-22'],
    // The day has 23 hours: the clocks go on at two.
    ['daily', 'Europe/Berlin', '2026-03-30T06:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', '2026-03-29'],
    ['weekly', 'UTC', '2026-03-25T12:00:00Z', '2026-03-16T00:00:00Z', '2026-03-23T00:00:00Z', '2026-03-16_2026-03-22'],
    ['weekly', 'UTC', '2026-03-23T00:00:00Z', '2026-03-16T00:00:00Z', '2026-03-23T00:00:00Z', '2026-03-16_2026-03-22'],
    // The 1st has begun in Tokyo, and not yet in UTC.
    [
      'monthly',
      'Asia/Tokyo',
      '2026-02-28T16:00:00Z',
      '2026-01-31T15:00:00Z',
      '2026-02-28T15:00:00Z',
      '2026-02-01_2026-02-28',
    ],
    ['monthly', 'UTC', '2026-02-28T16:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-01-01_2026-01-31'],
    // A Monday: of five days the last was Friday, of six it was Saturday.
    ['working-days', 'UTC', '2026-03-23T09:00:00Z', '2026-03-20T00:00:00Z', '2026-03-21T00:00:00Z', '2026-03-20'],
    ['working-days 6', 'UTC', '2026-03-23T09:00:00Z', '2026-03-21T00:00:00Z', '2026-03-22T00:00:00Z', '2026-03-21'],
    ['working-days', 'UTC', '2026-03-25T09:00:00Z', '2026-03-24T00:00:00Z', '2026-03-25T00:00:00Z', '2026-03-24'],
  ])('%s in %s at %s is about %s to %s', async (rhythm, timeZone, at, from, to, range) => {
    const [frequency, workingDays] = rhythm.split(' ') as ['daily', string | undefined];
    await addReport(bench.database, site, { frequency, timeZone, ...(workingDays && { workingDays: 6 }) });
    expect(await create({ at })).toMatchObject({ generated: 1, skipped: 0, not_generated: 0, processed: 1 });
    const file = await onlyFile();
    expect([file.periodFrom, file.periodTo]).toEqual([new Date(from), new Date(to)]);
    expect(file.name).toMatch(new RegExp(`^jobs__${range}__\\d\\d-\\d\\d-\\d\\d\\.csv$`));
  });

  it('makes one report of a period, however often it runs, and another one of the next', async () => {
    const report = await addReport(bench.database, site, { sendTime: '08:30', timeZone: 'Asia/Kolkata' });
    await addReport(bench.database, site, { enabled: false });
    const at = '2026-03-23T19:00:00Z';
    const made = await create({ at });
    expect(made).toMatchObject({ id: [report], generated: 1 });
    expect(await create({ at })).toMatchObject({ id: [], generated: 0, skipped: 1, story: 'No report is due.' });
    const period = { from: '2026-03-22T18:30:00Z', to: '2026-03-23T18:30:00Z' };
    expect(await create({ report, ...period })).toMatchObject({ id: [report], story: made.story });
    expect(await files()).toHaveLength(1);
    expect(await create({ at: '2026-03-24T19:00:00Z' })).toMatchObject({ id: [report], generated: 1 });
    const [first] = await files();
    expect(first?.sendAt.toISOString()).toMatch(/T03:00:00\.000Z$/);
    expect(first?.sendAt.getTime()).toBeGreaterThan(first?.createdAt.getTime() ?? 0);
    expect(first?.sendAt.getTime()).toBeLessThanOrEqual((first?.createdAt.getTime() ?? 0) + 86_400_000);
  });

  it('makes at most 25 of a tenant, those of the oldest period first, and leaves the others to the next run', async () => {
    const other = await addSite(bench.database);
    const daily: number[] = [];
    for (let each = 0; each < 26; each++) daily.push(await addReport(bench.database, site));
    const monthly = await addReport(bench.database, site, { frequency: 'monthly' });
    const ofOther = await addReport(bench.database, other);
    const at = '2026-03-23T19:00:00Z';
    const first = await create({ at });
    expect(first.id.sort()).toEqual([...daily.slice(0, 24), monthly, ofOther].sort());
    expect(first.story).toContain('2 more are due, and left to the next run.');
    expect(await create({ at })).toMatchObject({ id: daily.slice(24), generated: 2, skipped: 26, processed: 28 });
  });

  it('a PDF holds the jobs of its site and period, whatever their letters, and the totals', async () => {
    const report = await addReport(bench.database, site, { format: 'pdf', timeZone: 'Asia/Kolkata' });
    const elsewhere = await addSite(bench.database, { name: 'Elsewhere' });
    const plannedAt = new Date('2026-03-22T20:00:00Z');
    await addLateJob(bench.database, site, { plannedAt, name: 'Έλεγχος αντλίας', status: 'COMPLETED' });
    await addLateJob(bench.database, site, { plannedAt: new Date('2026-03-23T18:29:59Z'), name: 'Zażółć gęślą' });
    await addLateJob(bench.database, site, { plannedAt: new Date('2026-03-23T18:30:00Z'), name: 'Too late' });
    await addLateJob(bench.database, elsewhere, { plannedAt, name: 'Of another tenant' });
    await create({ report, from: '2026-03-22T18:30:00Z', to: '2026-03-23T18:30:00Z' });
    const text = (await pagesOf((await onlyFile()).bytes)).join('\n');
    expect(text).toContain('Jobs of Завод «Север» № 5, 2026-03-23 (Asia/Kolkata)');
    expect(text).toMatch(/Έλεγχος αντλίας\s+TASK\s+2026-03-23 01:30\s+COMPLETED/);
    expect(text).toMatch(/Zażółć gęślą\s+TASK\s+2026-03-23 23:59\s+ASSIGNED/);
    expect(text).toMatch(/ASSIGNED 1\s+COMPLETED 1\s+All 2/);
    expect(text).toContain('Page 1 of 1');
    expect(text).not.toMatch(/Too late|Of another tenant/);
  });

  it('a long PDF has its head on every page, and keeps every row', async () => {
    const report = await addReport(bench.database, site, { format: 'pdf', kind: 'tickets', siteId: null });
    const createdAt = new Date('2026-03-22T08:00:00Z');
    const numbers = Array.from({ length: 90 }, (_, index) => `leak no. ${index + 1} of many`);
    const ticket = { siteId: site.id, instanceId: null, category: 'LEAK', assigneeId: null, createdAt };
    await bench.database
      .insertInto('tickets')
      .values(numbers.map((description) => ({ ...ticket, description })))
      .execute();
    await bench.database
      .insertInto('tickets')
      .values({ ...ticket, description: `漢字 ${'endless '.repeat(200)}\n\nend` })
      .execute();
    await create({ report, from: '2026-03-22T00:00:00Z', to: '2026-03-23T00:00:00Z' });
    const pages = await pagesOf((await onlyFile()).bytes);
    expect(pages.length).toBeGreaterThan(2);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain('Description');
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
    }
    for (const description of numbers) expect(pages.join('\n')).toContain(description);
    expect(pages.at(-1)).toMatch(/NEW 91\s+All 91\s+Letters that show as boxes are not in the font/);
  });

  it('in a CSV no cell becomes a formula', async () => {
    const report = await addReport(bench.database, site);
    await bench.database.updateTable('sites').set({ name: '=HYPERLINK("http://x")' }).execute();
    const plannedAt = new Date('2026-03-22T20:00:00Z');
    await addLateJob(bench.database, site, { plannedAt, name: '@SUM(A1)', closedAt: plannedAt });
    await create({ report, from: '2026-03-22T00:00:00Z', to: '2026-03-23T00:00:00Z' });
    const [head, row] = parse((await onlyFile()).bytes, { bom: true }) as string[][];
    expect(head).toEqual(['Job', 'Site', 'Name', 'Type', 'Planned', 'State', 'Closed']);
    const time = '2026-03-22 20:00';
    expect(row?.slice(1)).toEqual([`'=HYPERLINK("http://x")`, `'@SUM(A1)`, 'TASK', time, 'ASSIGNED', time]);
  });

  it('a report that cannot be made fails alone, and says what to mend', async () => {
    const fine = await addReport(bench.database, site);
    const lost = await addReport(bench.database, site, { timeZone: 'Mars/Olympus' });
    const strange = await addReport(bench.database, await addSite(bench.database), { siteId: site.id });
    const result = await create({ at: '2026-03-23T19:00:00Z' });
    expect(result).toMatchObject({ id: [fine], generated: 1, not_generated: 2, processed: 3 });
    expect(result.traceback).toContain(
      `Report definition ${lost} has the time zone "Mars/Olympus", which nobody knows`,
    );
    expect(result.traceback).toContain(`Report definition ${strange} is about site ${site.id}, which is none of its`);
    expect(result.left).toMatchObject([{ state: 'dead-lettered' }, { state: 'dead-lettered' }]);
  });

  it('refuses what is not there or no period, and waits for the end of one', async () => {
    const report = await addReport(bench.database, site);
    const [from, to] = ['2026-03-22T00:00:00Z', '2026-03-23T00:00:00Z'];
    expect(await bench.run('reports.create', { report: 999_999, from, to })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_NOT_FOUND', message: 'There is no report definition 999999.' },
    });
    expect(await bench.run('reports.create', { report, from: to, to: from })).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_VALIDATION' },
    });
    const early = await create({ report, from, to: new Date(Date.now() + 86_400_000).toISOString() });
    expect(early).toMatchObject({ generated: 0, story: expect.stringContaining('waits for the end of its period') });
    expect(await files()).toEqual([]);
  });

  it('an attempt that was lost after its commit gives its outcome to the next one', async () => {
    const report = await addReport(bench.database, site);
    const { context } = createHandlerContext({ type: 'reports.create' });
    const handler = createReportsCreate({ database: async () => bench.database, mailBytes: 10_485_760 });
    const input = { report, from: '2026-03-22T00:00:00Z', to: '2026-03-23T00:00:00Z' };
    const first = await handler(input, context);
    expect(first).toMatchObject({ id: [report], generated: 1 });
    const mend = await breakTable(bench.database, 'report_files');
    expect(await handler(input, context)).toEqual(first);
    await mend();
    expect(await verify(input)).toMatchObject({ effect: 'done', output: first });
    expect(await verify({ ...input, from: '2026-03-21T00:00:00Z' })).toMatchObject({ effect: 'absent' });
  });

  it('a report that no mail could carry is not made', async () => {
    const report = await addReport(bench.database, site);
    const { context } = createHandlerContext({ type: 'reports.create' });
    const handler = createReportsCreate({ database: async () => bench.database, mailBytes: 8200 });
    const making = handler({ report, from: '2026-03-22T00:00:00Z', to: '2026-03-23T00:00:00Z' }, context);
    await expect(making).rejects.toMatchObject({
      code: 'CONFIG_INVALID_SETTING',
      message: expect.stringMatching(/has \d+ bytes, and a mail takes 8200.*HOLDFAST_EMAIL_MAX_BYTES/),
    });
    expect(await files()).toEqual([]);
  });
});

/** In which order letters stand on a page; here a letter is one wide, marks are none. */
const widthOf = ({ text }: Piece) => [...text].filter((letter) => !/\p{M}/u.test(letter)).length;
const lines = (text: string, width = 1000, most = 3) => linesOf(text, widthOf, { width, most });
const shown = (text: string, width?: number, most?: number) =>
  lines(text, width, most).map((pieces) => pieces.map((piece) => piece.text).filter((piece) => piece.trim()));

describe('the letters of a PDF', () => {
  it.each<[string, string[]]>([
    ['שלום עולם', ['עולם', 'שלום']],
    ['السلام عليكم', ['عليكم', 'السلام']],
    ['Hello שלום עולם end', ['Hello ', 'עולם', 'שלום', ' end']],
    ['בניין 45 קומה 3', ['3', 'קומה', '45', 'בניין']],
    ['دور 12:30 صباحا', ['صباحا', '12:30', 'دور']],
    ['משאבה (דחוף)', [')דחוף(', 'משאבה']],
    ['משאבה – X200', ['X200', '–', 'משאבה']],
    ['(שלום', [')שלום']],
    ['\u200fשלום', ['שלום']],
  ])('%s stands from the left to the right as %j', (text, pieces) => {
    expect(shown(text)).toEqual([pieces]);
  });

  it('a name of the other direction keeps its number, and the day behind it its own', () => {
    expect(shown(`${apart('Jobs of مصنع رقم 12')}, 2026-03-22 (Asia)`)).toEqual([
      ['Jobs of ', '12', 'رقم', 'مصنع', ', 2026-03-22 (Asia)'],
    ]);
  });

  it.each([
    ['दिल्ली 5', [{ text: 'दिल्ली', script: 'devanagari' }, { text: ' 5' }]],
    ['ชั้น 2', [{ text: 'ชั้น', script: 'thai' }, { text: ' 2' }]],
  ])('%s takes its letters from another font', (text, pieces) => {
    expect(lines(text)).toEqual([pieces]);
  });

  it('lines break between words, are no wider than given, and end with an ellipsis where too much is left', () => {
    const words = 'אבג דהו זחט יכל מנס עפצ';
    expect(shown(words, 8)).toEqual([
      ['דהו', 'אבג'],
      ['יכל', 'זחט'],
      ['עפצ', 'מנס'],
    ]);
    expect(shown(words, 8, 2)).toEqual([
      ['דהו', 'אבג'],
      ['…', 'יכל', 'זחט'],
    ]);
    for (const width of [1, 3, 8, 15]) {
      for (const pieces of lines(`${words}${'ק'.repeat(30)} ordinary`, width)) {
        const letters = pieces
          .map(({ text }) => text)
          .join('')
          .trim();
        expect([...letters].length).toBeLessThanOrEqual(Math.max(width, 2));
      }
    }
  });

  it.each(['Zażółć', 'Завод', 'Έλεγχος', '漢字', ''])('%s is drawn as it is', (text) => {
    expect(needsPieces(text)).toBe(false);
  });

  it('a PDF has all of them, and says so only when letters are in no font', async () => {
    const table = (cells: string[]) => ({
      title: 'דוח שבועי',
      about: 'Jobs of مصنع رقم 12',
      period: '2026-03-22 (Asia/Jerusalem)',
      columns: [{ title: 'Job', share: 1 }],
      rows: cells.map((cell) => [cell]),
      totals: [{ state: 'NEW', count: cells.length }],
    });
    const cells = ['שלום עולם', 'दिल्ली में पंप', 'ตรวจสอบ', 'السلام عليكم'];
    const signal = new AbortController().signal;
    const [page] = await pagesOf(await pdfFile(table(cells), new Date(0), signal));
    expect(page).toContain('(Asia/Jerusalem)');
    for (const word of ['שלום', 'עולם', 'में', 'ตรวจสอบ']) expect(page).toContain(word);
    expect(page).not.toContain('Letters that show as boxes');
    const [lacking] = await pagesOf(await pdfFile(table(['漢字']), new Date(0), signal));
    expect(lacking).toContain('Letters that show as boxes are not in the font');
  });
});
