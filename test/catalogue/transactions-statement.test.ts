import iconv from 'iconv-lite';
import { transactionsProcess } from '../../src/catalogue/transactions-process/contract';
import { readAmount } from '../../src/catalogue/transactions-process/statement/amount';
import { readDay } from '../../src/catalogue/transactions-process/statement/day';
import { divideByClient, readStatement } from '../../src/catalogue/transactions-process/statement/statement';
import { decodeText } from '../../src/tasks/decode-text';

const HEAD = 'date,description,amount';
const issues = (input: unknown) =>
  transactionsProcess.input.safeParse(input).error?.issues.map(({ message }) => message);

describe('a statement', () => {
  it('is read by the headers of a bank, with debits as money that went out', () => {
    const csv = [
      '\ufeffTransaction Date,Posted Date,Card No.,Description,Category,Debit,Credit',
      '2026-01-05,2026-01-06,4412,"OFFICE DEPOT, #1079 ""COLUMBUS""",Merchandise,45.67,',
      '01/09/2026,1/9/2026,4412,PAYMENT,,,"1,200.00"',
    ].join('\r\n');
    expect(readStatement(csv)).toEqual([
      {
        id: '1',
        transaction: {
          id: '1',
          date: '2026-01-05',
          posted: '2026-01-06',
          card: '4412',
          description: 'OFFICE DEPOT, #1079 "COLUMBUS"',
          amount: '-45.67',
          bankCategory: 'Merchandise',
        },
      },
      {
        id: '2',
        transaction: {
          id: '2',
          date: '2026-01-09',
          posted: '2026-01-09',
          card: '4412',
          description: 'PAYMENT',
          amount: '1200.00',
        },
      },
    ]);
  });

  it('keeps a row that makes no sense, with what is wrong about it', () => {
    const rows = [
      '2026-02-30,A,1',
      '2026-02-28,,1',
      '2026-02-28,C,1.2.3',
      '2026-02-28,D,',
      ',E,1',
      '2026-02-28,F,0.10',
    ];
    expect(readStatement([HEAD, ...rows].join('\n')).map(({ transaction }) => transaction)).toEqual([
      '"2026-02-30" is not a day such as 2026-01-31 or 01/31/2026.',
      'It has no description.',
      '"1.2.3" is not an amount such as 1234.50 or -1,234.50.',
      'It has no amount.',
      'It has no date.',
      expect.objectContaining({ description: 'F', amount: '0.10' }),
    ]);
  });

  it.each([
    ['', 'The CSV is empty'],
    [HEAD, 'no transactions'],
    ['when,what\n1,2', 'no column date, description, amount (or debit, credit)'],
    [`${HEAD},Date\n`, 'the column date twice'],
    [`${HEAD},debit\n`, 'both amount and debit'],
    [`${HEAD}\n2026-01-01,"open,1`, 'The CSV cannot be read: Quote Not Closed'],
    [`${HEAD}\n2026-01-01,A`, 'The CSV cannot be read: Invalid Record Length'],
    [`id,${HEAD}\n7,2026-01-01,A,1\n7,2026-01-02,B,2`, 'Two transactions have the ID "7"'],
    [`${HEAD}\n${'2026-01-01,A,1\n'.repeat(10_001)}`, 'more than 10000 transactions'],
  ])('is refused whole: %j', (csv, message) => {
    expect(() => readStatement(csv)).toThrow(message);
  });
});

test('an amount stays as it was written: no floating-point number comes near it', () => {
  const amounts = ['0.1', '-1,234.50', '$12', '(45.67)', '12.00-', '9007199254740993.05', '-0.00', '007'];
  expect(amounts.map(readAmount)).toEqual([
    '0.1',
    '-1234.50',
    '12',
    '-45.67',
    '-12.00',
    '9007199254740993.05',
    '0.00',
    '7',
  ]);
  for (const bad of ['', '1,23', '1e5', 'NaN', '--1', '12.34567', '٣'])
    expect(() => readAmount(bad)).toThrow('not an amount');
});

test('an amount is a whole form: what is cut off, doubled or mixed is none', () => {
  const whole: [string, string][] = [
    ['+5', '5'],
    ['-$5.00', '-5.00'],
    ['$-5.00', '-5.00'],
    ['5.00 €', '5.00'],
    ['5.00€-', '-5.00'],
    ['5.00- €', '-5.00'],
    ['($45.67)', '-45.67'],
    ['$(45.67)', '-45.67'],
    ['( 45.67 )', '-45.67'],
    ['12 345.50', '12345.50'],
    ['\u221212.50', '-12.50'],
    [' 7 ', '7'],
    ['(0.00)', '0.00'],
  ];
  expect(whole.map(([text]) => readAmount(text))).toEqual(whole.map(([, amount]) => amount));
  const parts = [
    '(45.67',
    '45.67)',
    '12 34.5',
    '+5-',
    '-5-',
    '5+',
    '(-5)',
    '-(5)',
    '((5))',
    '()',
    '-',
    '$',
    '$5$',
    '€5$',
  ];
  const mixed = [
    '1,234 567',
    '1 234,567',
    '1,2345',
    '12,34',
    '1.234,50',
    '.50',
    '45.',
    '5 -5',
    '5--',
    '+-5',
    '$ $5',
    '5)-',
  ];
  for (const bad of [...parts, ...mixed]) expect(() => readAmount(bad)).toThrow('not an amount');
});

test('zero beside an amount is empty, in either column and form', () => {
  const amounts = (rows: string[]) =>
    readStatement(['date,description,debit,credit', ...rows.map((row) => `2026-01-05,A,${row}`)].join('\n')).map(
      ({ transaction }) => (typeof transaction === 'string' ? transaction : transaction.amount),
    );
  const empty = ['45.67,0.00', '45.67,0', '45.67,$0.00', '45.67,(0.00)', '-45.67,-0.00', '45.67,'];
  expect(amounts(empty)).toEqual(empty.map(() => '-45.67'));
  expect(amounts(['0.00,45.67', '0,45.67', ',45.67'])).toEqual(['45.67', '45.67', '45.67']);
  expect(amounts(['0.00,0.00', '0.00,', ',0'])).toEqual(['0.00', '0.00', '0']);
  expect(amounts(['45.67,0.01', '0.00,nothing', 'none,45.67'])).toEqual([
    'It has both a debit and a credit.',
    '"nothing" is not an amount such as 1234.50 or -1,234.50.',
    '"none" is not an amount such as 1234.50 or -1,234.50.',
  ]);
});

test('a row whose letters were lost before is an error of that row', () => {
  const [row, next] = readStatement(`${HEAD}\n2026-01-05,CAF\ufffd,1\n2026-01-06,CAFÉ,2`);
  expect(row?.transaction).toContain('A letter of it is lost');
  expect(next?.transaction).toMatchObject({ description: 'CAFÉ' });
});

describe('the bytes of a statement', () => {
  const csv = `${HEAD}\n2026-01-05,CAFÉ ZÜRICH,45.67\n2026-01-06,OFFICE DEPOT,12.00`;

  it.each([
    ['utf-8', false],
    ['utf-8', true],
    ['windows-1252', false],
    ['utf-16le', true],
    ['utf-16be', true],
    ['utf-16le', false],
    ['utf-32le', true],
  ])('in %s are decoded (with mark: %s)', (encoding, addBOM) => {
    const { text } = decodeText(iconv.encode(csv, encoding, { addBOM }));
    expect(text).toBe(csv);
  });

  it.each([
    ['of an old computer', iconv.encode(csv, 'cp437')],
    ['cut off in a letter', Buffer.from(`\ufeff${csv}`, 'utf16le').subarray(0, 21)],
    ['of a spreadsheet', Buffer.from('504b0304140000000800000021009f', 'hex')],
  ])('%s are refused', (_, bytes) => {
    expect(() => decodeText(bytes)).toThrow(/^it (is|begins)/);
  });
});

test('a day exists in the calendar', () => {
  expect([readDay('2024-02-29'), readDay('2/9/2024')]).toEqual(['2024-02-29', '2024-02-09']);
  for (const bad of ['2026-02-29', '1900-02-29', '13/01/2026', '2026-1-1', '26-01-01', '2026-00-10'])
    expect(() => readDay(bad)).toThrow('not a day');
});

test('S0-10: a task without transactions, without a client or of unknown work is refused before it is one', () => {
  const transactions = { csv: `${HEAD}\n2026-01-01,A,1` };
  expect(issues({ client: 'Acme', transactions })).toBeUndefined();
  expect(issues({ client: 'Acme', transactions: { csv: HEAD } })).toEqual([
    'The CSV has a header and no transactions.',
  ]);
  expect(issues({ transactions })).toHaveLength(1);
  expect(issues({ client: ' ', transactions })).toContain('names no client');
  expect(issues({ client: 'Acme', transactions, operation: 'guess' })).toHaveLength(1);
  expect(issues({ client: 'Acme', transactions, count: 2 })).toEqual([
    'The CSV has 1 transactions; there should be 2.',
  ]);
  const mixed = { csv: `client,${HEAD}\nAcme,2026-01-01,A,1\nOther,2026-01-01,B,1` };
  expect(issues({ client: 'Acme', transactions: mixed })).toEqual([
    'The CSV has transactions of Other besides those of Acme: one task takes one client.',
  ]);
  const large = { csv: `${HEAD}\n2026-01-01,${'A'.repeat(131_072)},1` };
  expect(issues({ client: 'Acme', transactions: large })).toContain(
    'holds more than 131072 bytes: upload the file instead',
  );
});

describe('a statement of several clients', () => {
  it('is divided in order; its rows keep their numbers as IDs', () => {
    const csv = `client,${HEAD}\nB,2026-01-01,"x, y",1\nA,2026-01-02,z,2\nB,2026-01-03,w,3`;
    const parts = divideByClient(csv);
    expect([...parts].map(([client, { count }]) => [client, count])).toEqual([
      ['B', 2],
      ['A', 1],
    ]);
    expect(readStatement(parts.get('B')?.csv ?? '').map(({ id, client }) => [id, client])).toEqual([
      ['1', 'B'],
      ['3', 'B'],
    ]);
  });

  it.each([
    ['', 'No transactions selected.'],
    [`client,${HEAD}`, 'No transactions selected.'],
    [`${HEAD}\n2026-01-01,A,1`, 'no column client'],
    [`client,${HEAD}\n,2026-01-01,A,1`, 'Row 1 names no client'],
  ])('is refused: %j', (csv, message) => {
    expect(() => divideByClient(csv)).toThrow(message);
  });
});
