import { isAbbreviation } from './abbreviations';

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Small words inside of the names of parties. */
const INNER = wordsOf(`of and the for de del della la le les los las van von der den ter da do dos du di y e und bin ibn
  ex rel rel. dem. et al al., al. on behalf a/k/a aka d/b/a dba f/k/a fka n/k/a o/b/o f/b/o re parte & + through`);

/** Words that join two parts of a name as often as they stand before one. */
const BRIDGES = wordsOf('in to by at with against from under as on over an a');

/** What says how a case is cited. */
const SIGNALS = wordsOf('see also cf cf. e.g. e.g., accord contra citing quoting compare but cited quoted generally');

/** What no name of a party has, and sentences do. */
const OF_SENTENCES = wordsOf(`
  is are was were be been being am has have had having do does did done can could may might must shall should will would
  this that these those it its he she they we i you his her their our my your him them us me who whom whose which what
  when where while whether why how if because since although though unless until than then there here thus hence
  therefore however moreover furthermore nor but yet so not no only also too even both either neither each every any
  some all most many few such same other another again once ever never always often into onto upon about above below
  after during within per via like unlike despite including held holding holds hold said say says stated states stating
  found find finds finding ruled rule rules ruling decided decide decides reversed reverse affirmed affirm affirming
  reversing applied apply applies applying relied rely relies relying cited cite cites citing quoted quote quotes
  quoting noted note notes noting explained explain explains explaining concluded conclude concludes recognized
  recognized recognizes observed observes discussed discusses distinguished distinguishes overruled overrules
  overruling abrogated abrogating vacated vacating remanded superseded followed follows following controls governs
  requires required makes made see cf accord contra compare e.g. i.e. supra infra id ibid aff'd aff’d rev'd rev’d
  cert. denied granted opinion court courts decision decisions case cases rule test standard`);

/** Words that begin a sentence or a citation, before a name that they do not belong to. */
const STARTERS = wordsOf(`
  see also cf cf. e.g. e.g., accord compare contra but and or of for under in by with from at to as both unlike like
  since while although though because when whenever where if whether after before until unless despite citing quoting
  overruling following applying distinguishing discussing noting reversing affirming vacating abrogating superseding
  modifying adopting rejecting interpreting construing invoking considering relying is was are were our its his their
  this that these those here there then thus hence therefore however moreover furthermore nor yet so indeed accordingly
  similarly likewise consequently later earlier recently again additionally
  specifically generally instead nevertheless nonetheless conversely notably importantly further pursuant according
  contrary prior subsequent even cited quoted compared the i.e. id. ibid. supra
  infra aff'd aff’d affirmed rev'd rev’d reversed overruled abrogated vacated remanded superseded denied granted cert
  cert. same such held holding what which who why how citing, quoting, generally,`);

/** What is written in capitals and is no party: a court, a judge, a statute. */
const NO_PARTY = wordsOf(`
  court courts circuit circuits justice justices judge judges congress senate legislature panel amendment amendments
  clause act acts title rule rules section article statute code constitution chapter part note notes footnote opinion
  syllabus id ibid supra infra january february march april may june july august september october november december
  appendix exhibit paragraph pp page chief dissent concurrence see cf accord plaintiff plaintiffs defendant defendants
  appellant appellants appellee appellees petitioner petitioners respondent respondents`);

/** Groups of people whose name goes on with "to", "in", "for". */
const GROUPS =
  /^(?:citizens|americans|students|people|friends|mothers|parents|physicians|doctors|committee|coalition|alliance|ass['’]n|association|league|campaign|lawyers|veterans|workers|taxpayers|voters|residents|neighbors|women|men|families|farmers|teachers|nurses|californians|washingtonians|texans|project|center|ctr\.|fund|council|union|united|fairness|servs\.|doe|roe|estate|state)$/i;

/** After a comma: what belongs to the name before it. */
const SUFFIX =
  /^(?:Inc|INC|LLC|L\.L\.C|LLP|L\.L\.P|LP|L\.P|Ltd|LTD|Co|CO|Corp|CORP|P\.?C|P\.?A|P\.?L\.?L\.?C|P\.?S|P\.?L\.?C|N\.?A|S\.?A|A\.?G|B\.?V|N\.?V|GmbH|GMBH|F\.?S\.?B|Jr|JR|Sr|SR|II|III|IV|M\.?D|D\.?O|Ph\.?D|Esq|Trustee|Local|Lodge|Nos?|U\.S\.A|U\.S|AFL[-–]CIO|Dep['’]t|Dept|Department|Div|Bd|Sheriff|Warden|Secretary|Sec['’]y|d\/b\/a|a\/k\/a|f\/k\/a|by|as|et|Wash|Cal|Ill|Tex|Fla|Pa|Ohio|Mich|Mass|Ga|Va|Md|Or|Wis|Minn|Ala|Ariz|Colo|Conn|Ind|Ky|La|Mo|N\.Y|N\.J|N\.C|D\.C|N\.M|S\.C|W\.\s?Va)(?=$|[.,\s])/;

/** Offices that stand after a name and a comma, as in captions: Ashcroft, Attorney General v. Iqbal. */
const OFFICE =
  /^(?:Attorney|Att['’]y|District|Governor|Gov|Mayor|Superintendent|Commissioner|Comm['’]r|Director|Dir|Administrator|Administratrix|Executor|Executrix|Adm['’](?:r|x)|Ex['’](?:r|x)|Comptroller|Chairman|Chairwoman|Receiver|Collector|Guardian|Judge|Acting|Clerk|Treasurer|Auditor|Postmaster)(?=$|[.,\s])/;

const bare = (word: string): string => word.toLowerCase().replace(/^[("“‘'[*_]+|[)"”’'\],;:*_]+$/g, '');

/** A name that is written small: eBay, iHeartMedia, amazon.com, al-Kidd, d’Arcy. */
const SMALL_NAME =
  /^(?:\p{Ll}{1,3}\p{Lu}\p{L}*|\p{Ll}{2,6}\p{Lu}\p{Ll}+|\p{Ll}\d\p{Ll}*|\p{Ll}\.\p{Lu}\p{Ll}|\p{Ll}[\p{Ll}\d]*\.(?:com|org|net|io)|(?:al|el|as|ad|ben|abu)-\p{Lu}\p{L}*|[dlo]['’]\p{Lu}\p{L}*)[.,]*$/u;

export const isInner = (word: string): boolean => INNER.has(word.replace(/,$/, '')) || INNER.has(word);
export const isBridge = (word: string): boolean => BRIDGES.has(word);
/** Islands, American, Southern, Foundation, Maine: shortened, they look like words of sentences. */
const SHORTENED = /^(?:Is|Am|So|Found|Me)\.,?$/;

export const isOfSentences = (word: string): boolean =>
  !SHORTENED.test(word) && (OF_SENTENCES.has(bare(word).replace(/\.$/, '')) || OF_SENTENCES.has(bare(word)));
export const isSignal = (word: string): boolean => SIGNALS.has(bare(word));
export const isStarter = (word: string): boolean => STARTERS.has(bare(word));
export const isNoParty = (word: string): boolean => NO_PARTY.has(bare(word).replace(/(?:['’]s|\.)$/, ''));
export const isGroup = (word: string): boolean => GROUPS.test(word);
export const isSuffix = (word: string): boolean => SUFFIX.test(word);
export const isOffice = (word: string): boolean => OFFICE.test(word);

/** Whether a word can be part of a name for the way that it is written. */
export function isNameWord(word: string): boolean {
  return (
    /^['‘’$#]?\p{Lu}/u.test(word) ||
    /^[#$]?\d[\d,.–—-]*(?:st|nd|rd|th|M|\/\d+)?[.,]?$/.test(word) ||
    /^\$?\d+[-\d]*\p{L}/u.test(word) ||
    /^[&+–—-]$/.test(word) ||
    SMALL_NAME.test(word)
  );
}

export const isSmallName = (word: string): boolean => SMALL_NAME.test(word);

/** Whether a sentence ends with the word. */
export const endsSentence = (word: string): boolean =>
  /[.?!]["”’')\]]*$/.test(word) && !isAbbreviation(word.replace(/["”’')\]]+$/, ''));

/** Whether nothing in the text is written small: then the way that a word is written tells nothing of it. */
export const isCapitals = (text: string): boolean => /\p{Lu}{2}/u.test(text) && !/\p{Ll}/u.test(text);

/** The end of a torn word: no word lacks a vowel: Bro wn. */
export const isTornRest = (word: string): boolean =>
  /^(?!v)[bcdfghj-np-tv-xz]{2,4}[,.]?$/.test(word) && !/^(?:st|nd|rd|th|vs|nn?|pp)\b/.test(word);
