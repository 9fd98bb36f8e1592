import { withoutPlace } from './place';

/** What is left of a card descriptor once everything but the merchant is gone. */
export interface Descriptor {
  /** In capitals, words parted by single spaces: `BLUE BOTTLE COFFEE`, `BARNES & NOBLE`. */
  readonly merchant: string;
  /** The same with what follows in its web address: `APPLE COM BILL`. */
  readonly address: string;
  /** The whole line in the same form, for words that tell what it is about. */
  readonly line: string;
  /** Names of the web addresses in it: `HULU` of `HULU.COM/BILL`. */
  readonly domains: readonly string[];
}

/** What banks put before the merchant. Tried again until none is left. */
const BANK_WORDS =
  /^(?:(?:POS|PIN|NON PIN|SIG|DEBIT|DBT|CHECK ?CARD|CHKCARD|CARD|DEBIT CARD|VISA|MASTERCARD|MC|VISA DDA|DDA|RECURRING|PREAUTHORIZED|PRE AUTH|PENDING|ACH|ACH WEB|EXTERNAL|INTL|INTERNATIONAL|DOMESTIC|ONLINE|WEB|BILL ?PAY|BILLPAY)\s+)*(?:PURCHASE|PURCH|PUR|PMT|DEBIT|WITHDRAWAL|TRANSACTION|AUTH|CHECK ?CARD|DDA|POS|RECURRING|ACH|DBT CRD|CARD|CRD|PENDING|SALE)(?:\s+(?:AUTHORIZED ON|WITH PIN|SIGNATURE|AT|FROM|DEBIT|-))?\b[\s:*#-]*(?:\d{1,2}\/\d{1,2}(?:\/\d{2,4})?|\d{4})?\s+(?!INTEREST)/;

/** What payment services put before the merchant that they collect for. */
const COLLECTORS =
  /^(?:SQ|SQC|TST|TOAST|PAYPAL|PAYPAL INST XFER|PYPL|PP|SP|PY|IN|FS|FSP|WPY|BT|CKE|CKO|PAR|SUMUP|SUM|ZETTLE_?|IZ|EB|LS|NYA|NNT|ANC|DRI|PADDLE NET|PADDLE\.NET|FS\.COM|2CO|2CO\.COM|FASTSPRING|STRIPE|CLOVER|CLV|SNACK|GUM|GUMROAD|SHOPPAY|SHOP|AFTERPAY|KLARNA|AFFIRM|APLPAY|APPLE PAY|GPAY|GOOGLE PAY|DD|RES|BLS|PAYFLOW|AUTHNET|EVT|CCI|CPI|HPY|MSP|SPO|BTL|TCB|ACT|FLYWIRE|MERCATO|OLO|OTT|WL|IC|UEP|PTI|POS)\s*\*+\s*/;
/** The same without the star: only such as no merchant is called. */
const BARE_COLLECTORS =
  /^(?:(?:SQ|TST|APLPAY|PYPL) |PAYPAL INST XFER |PAYPAL (?!INST|TRANSFER|XFER|DES)|SP (?=[A-Z]{3}))\s*/;

/** Where a descriptor goes on about anything but the merchant. */
const TAILS: readonly RegExp[] = [
  /\s+(?:(?:PPD|CCD|WEB|TEL|ARC|CTX|POP) )?ID:.*$/,
  /\s+(?:CO ID|INDN|PPD|CCD|CONF(?:IRMATION)?|TRACE|REF|REFERENCE|AUTH|ORIG|TRN|TRANS|TXN|SEQ|TERMINAL|MERCHANT|INVOICE|INV|ORDER|ACCT|ACCOUNT|CARD)\s*(?:#|:|NO\.?)?\s*[X*\d][\w*-]*.*$/,
  /\s+DES:.*$/,
  // The reference after a star is the sale's, when it looks like none: AMAZON MKTPL*2K3LM90Q1.
  /\*(?=[A-Z]{0,2}\d)[A-Z0-9]{5,}.*$/,
  /(?<=[A-Z&]{2})\d{4,}.*$/,
  // A phone number.
  /\s*\+?1?[\s-]?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b.*$/,
  // What a cash register adds: the branch, the terminal.
  /\s+-\s+.*$/,
  /\s+(?:TO|FROM) (?:CHK|SAV|CHECKING|SAVINGS|ACCT|XX).*$/,
  // A day.
  /\s+\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b.*$/,
];

/** The number of a store, and what stands between it and the end: where the store is. */
const STORE_NUMBER =
  /(?<=[A-Z].*?[A-Z].*?)[\s,]*(?:\b(?:STORE|STR|UNIT|LOC|NO|NUM|SHOP)\b)?[\s.]*(?:#\s*[A-Z]?-?\d[\w-]*|\b[A-Z]{0,2}-?\d{3,}[A-Z\d-]*\b|\b\d{2,}-\d+\b).*$/;

const COMPANY_FORMS = /\b(?:INC|LLC|L L C|LTD|CORP|CORPORATION|CO|COMPANY|PLLC|LLP|PC|PBC|GMBH|PTE|LIMITED)\s*$/;

/** How it was paid. */
const PAYMENT_WORDS =
  /(?<!\b(?:AUTOMATIC|ONLINE|MOBILE|INTERNET|CARD))(?:\s+(?:AUTO ?PAY\w*|AUTO ?REPL\w*|PAYMENTS?|PYMTS?|PMTS?|BILL ?PAY|E ?PAY(?:MENT)?|EZ ?PAY|WEB|ACH|DIRECT DEBIT|RECURRING|REBILL|THANK YOU))+$/;

export function readDescriptor(text: string): Descriptor {
  const upper = text
    .toUpperCase()
    .replace(/[’`]/g, "'")
    .replace(/\s*\*\s*/g, '*')
    .trim();
  let rest = withoutLead(upper);
  for (const tail of TAILS) rest = keep(rest, rest.replace(tail, ''));
  const [first = rest, ...columns] = rest.split(/\s{2,}/);
  // Fixed columns: the merchant, then its place.
  if (columns.length > 0 && /[A-Z]{3}/.test(first)) rest = first;
  rest = keep(rest, rest.replace(STORE_NUMBER, ''));
  rest = keep(rest, withoutPlace(rest));
  rest = rest.replace(/\bWWW\.|HTTPS?:\/\//g, '');
  const merchant = worded(rest.replace(/\.(?:COM|NET|ORG|IO|CO|AI|APP)\b.*$/, ''));
  return {
    merchant: keep(merchant, merchant.replace(PAYMENT_WORDS, '').replace(COMPANY_FORMS, '').trim()),
    address: plain(rest),
    line: plain(withoutLead(upper)),
    domains: [...upper.matchAll(/([A-Z0-9-]{3,})\.(?:COM|NET|ORG|IO)\b/g)].map(([, name = '']) => plain(name)),
  };
}

/** Letters and digits in capitals, words parted by single spaces. */
export function plain(text: string): string {
  return text
    .toUpperCase()
    .replace(/['’]/g, '')
    .replaceAll('+', ' PLUS ')
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
}

function worded(text: string): string {
  const words = text.replaceAll("'", '').replace(/[^A-Z0-9&]+/g, ' ');
  return words.replace(/ ?(?<! )&(?! ) ?/g, '&').replace(/^[ &]+|[ &]+$/g, '');
}

function withoutLead(text: string): string {
  let rest = text;
  for (let before = ''; rest !== before; ) {
    before = rest;
    rest = keep(rest, rest.replace(BANK_WORDS, ''));
    rest = keep(rest, rest.replace(COLLECTORS, ''));
    rest = keep(rest, rest.replace(BARE_COLLECTORS, ''));
  }
  return rest;
}

/** A step that leaves nothing that could be a name is not taken. */
function keep(before: string, after: string): string {
  return /[A-Z].*[A-Z]/.test(after) ? after.trim() : before;
}
