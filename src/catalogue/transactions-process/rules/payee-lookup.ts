import { type Descriptor, plain } from './descriptor';
import { keywordIn } from './keywords';
import type { Kind } from './kinds';
import { PAYEES, type Payee } from './payees';

export interface PayeeMatch {
  readonly payee: string;
  readonly normalisedDescription: string;
  /** Absent when nothing tells what the payee does. */
  readonly kind?: Kind;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly reasoning: string;
}

/** What a line is about outranks who it names: a fee for a cash machine at a store is a fee. */
const ABOUT: readonly Kind[] = ['cash', 'interest', 'bankFee', 'transfer'];
/** Aliases so long run into what follows them: `STARBUCKS800`. */
const RUN_ON = 6;
/** Aliases so long mean the payee wherever they stand. */
const ANYWHERE = 8;
/** So many letters of an abbreviation are no chance. */
const SKELETON = 5;
const MOST_WORDS = 5;
const LONGEST_PAYEE = 200;
/** The payee of a line without a letter or digit. */
const NOBODY = 'Unknown';

export function lookUp(descriptor: Descriptor): PayeeMatch {
  const { merchant, line, domains } = descriptor;
  const known = knownPayee(descriptor);
  const word = keywordIn(plain(merchant)) ?? keywordIn(line);
  if (known) {
    const about = word && ABOUT.includes(word.kind) && !known.alias.includes(word.word) ? word.kind : undefined;
    return {
      payee: known.name,
      normalisedDescription: firstWords(known.name),
      kind: about ?? known.kind,
      confidence: 'high',
      reasoning: `Known payee: "${known.alias}" stands for ${known.name}.`,
    };
  }
  const payee = titled(domains.find((domain) => merchant.startsWith(`${domain} `)) ?? merchant) || NOBODY;
  const common = { payee, normalisedDescription: firstWords(payee) };
  if (word) {
    const reasoning = `"${word.word}" tells what kind of payee it is.`;
    return { ...common, kind: word.kind, confidence: 'medium', reasoning };
  }
  return { ...common, confidence: 'low', reasoning: 'Neither the payee nor any of its words is known.' };
}

/** The first of these that finds one: the beginning, any place, an abbreviation, a web address. */
function knownPayee({ address, line, domains }: Descriptor): Payee | undefined {
  const [first = ''] = address.split(' ');
  const short = skeleton(first);
  return (
    longer(beginning(address), beginning(line)) ??
    PAYEES.find(({ alias }) => alias.length >= ANYWHERE && ` ${line} `.includes(` ${alias} `)) ??
    PAYEES.find(({ alias }) => short.length >= SKELETON && skeleton(alias) === short) ??
    PAYEES.find(({ alias }) => domains.includes(alias))
  );
}

/** The payee with the longest alias that the text begins with, as words of their own. */
function beginning(text: string): Payee | undefined {
  const words = `${text} `;
  const run = text.replaceAll(' ', '');
  return PAYEES.find(
    ({ alias, runOn }) => words.startsWith(`${alias} `) || (runOn.length >= RUN_ON && run.startsWith(runOn)),
  );
}

function longer(one: Payee | undefined, other: Payee | undefined): Payee | undefined {
  return (other?.alias.length ?? 0) > (one?.alias.length ?? 0) ? other : one;
}

/** Card networks save letters by leaving out vowels: `STAPLS`, `PRICELN`. */
function skeleton(word: string): string {
  return word.charAt(0) + word.slice(1).replace(/[AEIOU]/g, '');
}

function titled(merchant: string): string {
  return merchant
    .split(' ')
    .map((word) => (/[\d&]/.test(word) ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join(' ')
    .slice(0, LONGEST_PAYEE);
}

function firstWords(text: string): string {
  return text.split(' ').slice(0, MOST_WORDS).join(' ');
}
