import { type Descriptor, plain } from './descriptor';
import { keywordIn } from './keywords';
import type { Kind } from './kinds';
import { PAYEES } from './payees';

export interface PayeeMatch {
  readonly payee: string;
  readonly normalisedDescription: string;
  /** Absent when nothing tells what the payee does. */
  readonly kind?: Kind;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly reasoning: string;
}

/** What a line is about outranks who it names: a fee for a cash machine at a store is a fee. */
const ABOUT: readonly Kind[] = ['cash', 'interest', 'bankFee', 'cardPayment', 'transfer', 'income', 'payroll'];
/** Words long enough to run into what follows them: `STARBUCKS800`. */
const RUN_ON = 6;
const MOST_WORDS = 5;

export function lookUp({ merchant, address, line }: Descriptor): PayeeMatch {
  const known = PAYEES.find(({ alias }) => names(address, alias));
  const word = keywordIn(line);
  if (known && !(word && ABOUT.includes(word.kind) && address !== known.alias)) {
    return {
      payee: known.name,
      normalisedDescription: firstWords(known.name),
      kind: known.kind,
      confidence: 'high',
      reasoning: `Known payee: "${known.alias}" stands for ${known.name}.`,
    };
  }
  const payee = titled(merchant);
  const common = { payee, normalisedDescription: firstWords(payee) };
  const told = keywordIn(merchant) ?? word;
  if (told) {
    return {
      ...common,
      kind: told.kind,
      confidence: 'medium',
      reasoning: `"${told.word}" tells what kind of payee it is.`,
    };
  }
  return { ...common, confidence: 'low', reasoning: 'Neither the payee nor any of its words is known.' };
}

/** Whether a merchant begins with the alias, as words of its own. */
function names(merchant: string, alias: string): boolean {
  if (`${merchant} `.startsWith(`${alias} `)) return true;
  return alias.length >= RUN_ON && merchant.replaceAll(' ', '').startsWith(alias.replaceAll(' ', ''));
}

function titled(merchant: string): string {
  return plain(merchant)
    .split(' ')
    .map((word) => (/\d/.test(word) ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join(' ');
}

function firstWords(text: string): string {
  return text.split(' ').slice(0, MOST_WORDS).join(' ');
}
