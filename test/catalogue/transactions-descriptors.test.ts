import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { ruleAgent } from '../../src/catalogue/transactions-process/rule-agent';
import { checkFinding } from '../../src/catalogue/transactions-process/transaction';

const FOLDER = path.join(__dirname, '..', 'fixtures', 'descriptors');

/**
 * Descriptors as card statements have them, with what a bookkeeper says of each. The rules were written before all of
 * them. After `first` and then `second` they were changed, in general ways; `third` was written last.
 */
interface Labelled {
  Description: string;
  Payee: string;
  Classification: string;
  Worksheet: string;
}

function labelled(name: string): Labelled[] {
  return parse(readFileSync(path.join(FOLDER, `${name}.csv`)), { columns: true }) as unknown as Labelled[];
}

async function found(description: string) {
  const transaction = { id: '1', date: '2026-01-05', amount: '-1.00', description };
  const request = {
    operation: 'both',
    client: 'Acme',
    effectKey: 'key',
    signal: new AbortController().signal,
  } as const;
  return ruleAgent.process(transaction, { ...request, guard: (_, call) => call() });
}

/** Case and punctuation aside: `LOWES` is Lowe's. */
function name(text: string | undefined): string | undefined {
  return text
    ?.toLowerCase()
    .replaceAll('&', 'and')
    .replace(/[^a-z0-9]/g, '');
}

async function wrongIn(set: Labelled[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { Description, Payee, Classification, Worksheet } of set) {
    const { payee, classification, worksheet } = await found(Description);
    const right = name(payee) === name(Payee) && classification === Classification && worksheet === Worksheet;
    if (!right) wrong.push(`${Description}: ${payee}, ${classification}, ${worksheet}`);
  }
  return wrong;
}

describe('the rules are right about payee, classification and worksheet', () => {
  it.each(['first', 'second', 'third'])('of nine in ten of the %s set of 300 descriptors', async (set) => {
    const all = labelled(set);
    const wrong = await wrongIn(all);
    expect(all.length).toBeGreaterThanOrEqual(300);
    expect(wrong.slice(Math.floor(all.length / 10))).toEqual([]);
  });
});

test('the rules say the same of the same transaction, and how sure they are', async () => {
  const lines = ['TST* LOLA S KITCHEN BROOKLYN NY', 'SQ *BLUE BOTTLE COFFEE OAKLAND CA', 'ZXCV 1234 OMAHA NE'];
  const once = await Promise.all(lines.map(found));
  expect(await Promise.all(lines.map(found))).toEqual(once);
  expect(once.map(({ payee, confidence, category }) => [payee, confidence, category])).toEqual([
    ['Lola S Kitchen', 'medium', 'Meals'],
    ['Blue Bottle Coffee', 'high', 'Meals'],
    ['Zxcv', 'low', 'Review'],
  ]);
  expect(once[2]?.questions).toBe('What was Zxcv (2026-01-05, -1.00) for?');
});

test('the rules take any line, and find something that fits the contract', async () => {
  const short = ['*', '# 12', '   ', '***', '1234567890', 'É', '💳💳'];
  const long = ['A'.repeat(1000), 'SQ *'.repeat(250), 'A '.repeat(500), 'A1'.repeat(500), '1 '.repeat(500)];
  for (const description of [...short, ...long]) {
    const finding = await found(description);
    expect(() => checkFinding('both', finding)).not.toThrow();
  }
});
