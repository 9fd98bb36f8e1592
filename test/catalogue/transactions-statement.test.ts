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
    ['Date;Description;Amount\n2026-01-05;A;1', 'The columns are separated by semicolons: save it with commas'],
    ['sep=;\nDate;Description;Amount\n2026-01-05;A;1', 'separated by semicolons'],
    ['Date\tDescription\tAmount\n2026-01-05\tA\t1,5', 'separated by tabs'],
    ['Buchungstag;Verwendungszweck;Betrag\n05.01.2026;A;-45,67', 'separated by semicolons'],
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
    "1'234.56",
    '1\u202f234,56',
    '45.67 CR',
    '45.67DR',
    'USD 45.67',
    'R$45.67',
    '¥4500',
    '1,23,456.78',
    '–45.67',
    '45.67%',
    '４５',
    '45\u200b.67',
  ];
  for (const bad of [...parts, ...mixed]) expect(() => readAmount(bad)).toThrow('not an amount');
});

test('three digits behind a point may be thousands: such an amount is refused, unless it can be nothing else', () => {
  for (const bad of ['1.234', '-12.345', '$999.000', '(1.234)', '1.234 €', '1.000-'])
    expect(() => readAmount(bad)).toThrow('thousands or thousandths');
  const clear = ['0.125', '1234.567', '1,234.567', '1.2340', '1.23', '012.345'];
  expect(clear.map(readAmount)).toEqual(['0.125', '1234.567', '1234.567', '1.2340', '1.23', '12.345']);
});

test('zero beside an amount is empty, in either column and form', () => {
  const amounts = (rows: string[]) =>
    readStatement(['date,description,debit,credit', ...rows.map((row) => `2026-01-05,A,${row}`)].join('\n')).map(
      ({ transaction }) => (typeof transaction === 'string' ? transaction : transaction.amount),
    );
  const empty = ['45.67,0.00', '45.67,0', '45.67,$0.00', '45.67,(0.00)', '-45.67,-0.00', '45.67,'];
  expect(amounts(empty)).toEqual(empty.map(() => '-45.67'));
  expect(amounts(['0.00,45.67', '0,45.67', ',45.67'])).toEqual(['45.67', '45.67', '45.67']);
  expect(amounts(['-,45.67', '—,45.67', '\u2212,45.67'])).toEqual(['45.67', '45.67', '45.67']);
  expect(amounts(['45.67,-', '-,-'])).toEqual(['-45.67', 'It has no amount.']);
  expect(amounts(['0.00,0.00', '0.00,', ',0'])).toEqual(['0.00', '0.00', '0']);
  expect(amounts(['45.67,0.01', '0.00,nothing', 'none,45.67'])).toEqual([
    'It has both a debit and a credit.',
    '"nothing" is not an amount such as 1234.50 or -1,234.50.',
    '"none" is not an amount such as 1234.50 or -1,234.50.',
  ]);
});

test('line ends of several kinds divide rows all the same', () => {
  const rows = readStatement(`${HEAD}\r\n2026-01-05,A,1\n2026-01-06,B,2\r2026-01-07,"C\nD",3\r\n`);
  expect(rows.map(({ transaction }) => typeof transaction === 'object' && transaction.description)).toEqual([
    'A',
    'B',
    'C\nD',
  ]);
});

test('a row whose letters were lost before is an error of that row', () => {
  const [row, next] = readStatement(`${HEAD}\n2026-01-05,CAF\ufffd,1\n2026-01-06,CAFÉ,2`);
  expect(row?.transaction).toContain('A letter of it is lost');
  expect(next?.transaction).toMatchObject({ description: 'CAFÉ' });
});

test.each([
  ['ŻABKA ŁÓDŹ', 'iso-8859-2'],
  ['Árvíztűrő tükörfúrógép', 'windows-1250'],
  ['Bucureşti Piaţa Unirii', 'windows-1250'],
  ['КАФЕ', 'windows-1251'],
  ['КАФЕ', 'koi8-r'],
  ['КАФЕ', 'cp866'],
  ['İstanbul Şişli Çağlayan', 'windows-1254'],
  ['Šiaulių bankas', 'windows-1257'],
  ['בית קפה', 'windows-1255'],
  ['東京', 'euc-jp'],
  ['ｶ)ﾔﾏﾀﾞ ﾌﾘｺﾐ', 'shift_jis'],
  ['스타벅스 강남역점', 'euc-kr'],
  ['CAFÉ', 'macintosh'],
])('a few letters of another set are read right or refused: %s in %s', (name, encoding) => {
  const csv = `${HEAD}\n2026-01-05,${name},1\n`;
  let text: string;
  try {
    text = decodeText(iconv.encode(csv, encoding)).text;
  } catch (error) {
    text = (error as Error).message;
  }
  expect([csv, 'it is not in UTF-8, and its character set cannot be detected; save it as UTF-8']).toContain(text);
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
    ['utf-32le', false],
    ['utf-32be', false],
  ])('in %s are decoded (with mark: %s)', (encoding, addBOM) => {
    const { text } = decodeText(iconv.encode(csv, encoding, { addBOM }));
    expect(text).toBe(csv);
  });

  it.each([
    ['of an old computer', iconv.encode(csv, 'cp437')],
    ['cut off in a letter', Buffer.from(`\ufeff${csv}`, 'utf16le').subarray(0, 21)],
    ['half in UTF-8', Buffer.concat([Buffer.from(csv), iconv.encode('\n2026-01-07,CAFÉ,1', 'windows-1252')])],
    ['in UTF-8 with a bad byte', Buffer.concat([Buffer.from(csv), Buffer.from([0xff])])],
    ['with zero bytes', Buffer.from(`${csv}\0\0`)],
    ['of a spreadsheet', Buffer.from('504b0304140000000800000021009f', 'hex')],
  ])('%s are refused', (_, bytes) => {
    expect(() => decodeText(bytes)).toThrow(/^it (is|begins)/);
  });
});

test('what is declared and is not so is passed over', () => {
  const csv = 'CAFÉ DE LA GARE – Orléans';
  const utf8: [string, string][] = [
    'windows-1252',
    'iso-8859-1',
    'us-ascii',
    'utf-16',
    'utf-16le',
    'ucs2',
    'base64',
    'hex',
    'binary',
    'utf-7',
  ].map((label) => [label, 'utf-8']);
  const western: [string, string][] = ['utf-8', 'utf-16be', 'ucs2', 'base64', 'utf-32'].map((label) => [
    label,
    'windows-1252',
  ]);
  for (const [label, encoding] of [...utf8, ...western]) {
    expect([label, decodeText(iconv.encode(csv, encoding), label)]).toEqual([label, { text: csv, encoding }]);
  }
  expect(decodeText(Buffer.from('\x1b$B$3$l\x1b(B', 'latin1'))).toEqual({ text: 'これ', encoding: 'iso-2022-jp' });
});

test('a day exists in the calendar', () => {
  expect([readDay('2024-02-29'), readDay('2/9/2024')]).toEqual(['2024-02-29', '2024-02-09']);
  for (const bad of [
    '2026-02-29',
    '1900-02-29',
    '13/01/2026',
    '2026-1-1',
    '26-01-01',
    '2026-00-10',
    '0000-01-01',
    '0206-01-05',
  ])
    expect(() => readDay(bad)).toThrow('not a day');
});

test('a task without transactions, without a client or of unknown work is refused before it is one', () => {
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
