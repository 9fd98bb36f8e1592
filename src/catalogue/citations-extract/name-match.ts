/** Words of names that tell no case from another. */
const COMMON = new Set(
  `v vs of the and in re ex parte rel et al for on behalf matter interest estate marriage co inc corp ltd llc llp lp plc
  company corporation incorporated limited no number state states united usa america people commonwealth government
  cases case hereinafter jr sr iii ux`.split(/\s+/),
);

/** A party of many cases' names: with another party in common, two names are the same case. */
interface Side {
  /** In lower case, without marks over letters. */
  readonly words: readonly string[];
  /** Those of the name itself, without the office that may follow it after a comma. */
  readonly ownWords: readonly string[];
  readonly acronyms: readonly string[];
  /** First letters of all words that count for an acronym. */
  readonly initials: string;
  /** All letters in one. */
  readonly squeezed: string;
  readonly text: string;
  /** Names of two in one, as Smith-Jones, the joint left out. */
  readonly joined: readonly string[];
}

/**
 * Whether two names can be of one case. Names are shortened in many ways, so that one telling word in common is enough
 * for a party; but where both names have two parties, both must fit: many cases share one.
 */
export function namesFit(one: string, other: string): boolean {
  const [inside, otherInside] = [MATTER_INSIDE.exec(one)?.[1], MATTER_INSIDE.exec(other)?.[1]];
  if (inside && !otherInside) return namesFit(one.replace(MATTER_INSIDE, ''), other) || namesFit(inside, other);
  if (otherInside && !inside) return namesFit(other, one);
  const [first, second] = [partiesOf(one), partiesOf(other)];
  if (first.length === 2 && second.length === 2) {
    const [[plaintiff, defendant], [otherPlaintiff, otherDefendant]] = [first, second] as [Pair, Pair];
    return (
      bothFit([plaintiff, otherPlaintiff], [defendant, otherDefendant]) ||
      bothFit([plaintiff, otherDefendant], [defendant, otherPlaintiff])
    );
  }
  if (first.length !== second.length) {
    return first.length < second.length ? matterFits(one, second) : matterFits(other, first);
  }
  return sidesFit(sideOf(one), sideOf(other)) ?? sideOf(one).squeezed === sideOf(other).squeezed;
}

/** Of what bears a person's name and is none. */
const BODY = /^(?:city|county|cnty|cty|town|village|univ|university|bank|school|hospital|church)$/;
const FIRM = /\b(?:co|inc|corp|ltd|llc|llp|lp|plc|company|corporation|incorporated|limited)\b/i;

/**
 * Whether a name makes another party of a person: Wade can be called Henry Wade, but Wade Trucking, Wade Inc., Wademan
 * or Varghese-Wade is somebody else.
 * @param known Of the source, which is not shortened.
 */
export function namesSomebodyElse(name: string, known: string): boolean {
  const persons = partiesOf(known).filter(({ words, squeezed }) => words.length === 1 && words[0] === squeezed);
  return partiesOf(name).some(({ text, ownWords, joined }) => {
    const last = ownWords.at(-1) ?? '';
    if (ownWords.length === 0) return false;
    const person = persons.find(({ words: [surname = ''] }) => ownWords.some((word) => wordsFit(word, surname)));
    if (person === undefined) return false;
    const { squeezed } = person;
    const isPerson = wordsFit(last, squeezed) && last.length <= squeezed.length && !FIRM.test(text);
    return !isPerson || joined.some((word) => word !== squeezed) || ownWords.some((word) => BODY.test(word));
  });
}

type Pair = [Side, Side];

/** Smith v. Jones (In re Jones): one case with two names. */
const MATTER_INSIDE = / ?\(((?:In re|Matter of|In the Matter of) [^()]+)\)/i;
const MATTER = /^(?:in re|in the|ex parte|(?:matter|estate|application|petition|appeal|succession) of)\b/i;

/**
 * A name of one party against one of two: the short name of the case, which has no word of anybody else, or of a matter
 * in which both have that name.
 */
function matterFits(matter: string, parties: readonly Side[]): boolean {
  const side = sideOf(matter);
  const fits = parties.map((party) => (sovereign(party) === undefined ? sidesFit(side, party) : undefined));
  const knows = (word: string) => parties.some(({ words }) => words.some((known) => wordsFit(word, known)));
  if (!MATTER.test(matter)) return fits.includes(true) && side.words.every(knows);
  return fits.includes(true) && !fits.includes(false);
}

/** One party must tell, and none may contradict. */
function bothFit(...pairs: Pair[]): boolean {
  const fits = pairs.map(([one, other]) => sidesFit(one, other));
  if (fits.includes(false)) return false;
  return fits.includes(true) || pairs.every(([one, other]) => one.squeezed === other.squeezed);
}

/** Undefined when one of them has no word that tells: United States and U.S., D.C. */
function sidesFit(one: Side, other: Side): boolean | undefined {
  if (one.squeezed === other.squeezed && one.words.length > 0) return true;
  if (isAcronymOf(one, other) || isAcronymOf(other, one)) return true;
  const [state, otherState] = [sovereign(one), sovereign(other)];
  if (state !== undefined || otherState !== undefined) return sovereignsFit(state, otherState);
  if (one.words.length === 0 || other.words.length === 0) return undefined;
  const [few, many] = one.words.length <= other.words.length ? [one.words, other.words] : [other.words, one.words];
  const fitting = few.filter((word) => many.some((match) => wordsFit(word, match)));
  return fitting.length * 2 > few.length;
}

const NATION = /^(?:the)?(?:unitedstates(?:ofamerica)?|us|usa|government)$/;
const STATE = /^(?:the)?(?:state|people|commonwealth)(?:of(?:the)?(?:stateof)?(\w+))?$/;
const STATES = new Set(
  `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana
  iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska
  nevada newhampshire newjersey newmexico newyork northcarolina northdakota ohio oklahoma oregon pennsylvania rhodeisland
  southcarolina southdakota tennessee texas utah vermont virginia washington westvirginia wisconsin wyoming`.split(
    /\s+/,
  ),
);

/** `nation`, the name of a state, or `` for a state that is not named; undefined for any other party. */
function sovereign({ squeezed }: Side): string | undefined {
  if (NATION.test(squeezed)) return 'nation';
  if (STATES.has(squeezed)) return squeezed;
  const state = STATE.exec(squeezed);
  return state ? (state[1] ?? '') : undefined;
}

/** The people is no other party than the state, but neither is a person. */
function sovereignsFit(one: string | undefined, other: string | undefined): boolean | undefined {
  if (one === undefined || other === undefined) return false;
  if (one === other) return one !== '' && one !== 'nation' ? true : undefined;
  return (one === '' && other !== 'nation') || (other === '' && one !== 'nation') ? undefined : false;
}

function isAcronymOf(one: Side, other: Side): boolean {
  return one.acronyms.some(
    (acronym) => other.initials.startsWith(acronym) && other.initials.length - acronym.length <= 2,
  );
}

/** Equal, one the beginning of the other, or one contracted: bd and board, cmty and community. */
function wordsFit(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.startsWith(short)) return short.length >= 3 || short === long;
  return (
    short.length <= 6 &&
    short[0] === long[0] &&
    isSubsequence(short, long) &&
    long.length >= short.length + 2 &&
    !/[aeiou].*[aeiou]/.test(short)
  );
}

function isSubsequence(short: string, long: string): boolean {
  let place = 0;
  for (const letter of long) if (letter === short[place]) place++;
  return place === short.length;
}

function partiesOf(name: string): Side[] {
  return name.split(/\s(?:vs?|V|VS)\.?\s/).map(sideOf);
}

function sideOf(text: string): Side {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/['’ʼ]/g, '');
  const all = plain.match(/[\p{L}\p{N}]+(?:\.(?=\p{L}\b))*/gu) ?? [];
  // Electronics (Canada) v. Smith: what stands in parentheses is not the name.
  const words = wordsOf(plain.replace(/\([^()]*\)/g, ' '));
  const counting = all.filter((word) => !/^(?:of|the|and|for|in|to|a|on|by)$/i.test(word));
  return {
    words: [...new Set(words)].filter((word) => word.length > 2 || /\d/.test(word) || words.length === 1),
    ownWords: wordsOf(plain.split(/,| \(/, 1)[0] ?? '').filter((word) => word.length > 2 && !/\d/.test(word)),
    acronyms: plain
      .replace(/\b(\p{Lu})\.(?=\p{Lu}\b)/gu, '$1')
      .split(/[^\p{L}]+/u)
      .filter((word) => /^\p{Lu}{2,7}$/u.test(word))
      .map((word) => word.toLowerCase()),
    initials: counting.map((word) => word[0]?.toLowerCase()).join(''),
    squeezed: squeeze(plain),
    text: plain,
    joined: (plain.split(/,| \(/, 1)[0]?.match(JOINED) ?? []).map(squeeze),
  };
}

const JOINED = /\p{L}+(?:[\p{Pd}/&+·]\p{L}+)+/gu;

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The words that tell, in lower case, with initials in one. */
function wordsOf(plain: string): string[] {
  return plain
    .toLowerCase()
    .replace(/\b(\p{L})\.(?=\p{L}\b)/gu, '$1')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !COMMON.has(word));
}
