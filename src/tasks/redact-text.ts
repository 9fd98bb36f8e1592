import { isCount, isSecretName } from './secret-names';

export const REDACTED = '[REDACTED]';

/**
 * Where the name of a secret may begin: the words of `secret-names.ts` and what is left of the name. Every
 * repetition here is bounded or cannot fail after it, so that the time stays in proportion to the text.
 */
const NAME =
  /(passw(?:or)?d|passphrase|passcode|secret|token|cookie|credential|authorization|(?:api|auth|session|access|private|secret|signing|encryption|master|account|app|client|consumer|shared|subscription|service|admin|root|ssh|license)[ _.-]?key|connection[ _.-]?string|session[ _.-]?id|seed[ _.-]phrase|(?<![a-z0-9])(?:pass|pwd|pswd|jwt|otp|totp|cvv2?|cvc2?|pin|mnemonic)(?![a-z]))[\w.-]{0,60}/gi;

/** `name=value`, `name: value`, `"name":"value"`, also inside JSON that is quoted in JSON. */
const SEPARATOR = /\\{0,8}["'`]?\]?\s{0,8}(?:={1,3}>?|:)\s{0,8}/y;
/** `--name value`. */
const FLAG = /(?:^|\s)--?[\w-]{0,40}$/;
const BLANK = /\s{1,8}(?!-)/y;

const NO_VALUE = /(?:null|undefined|true|false)(?![^\s,;)}\]])/iy;
const DONE = /\[REDACTED\]\S*/y;
/** Ends at the same quote with the same number of backslashes before it, or with the text. */
const QUOTED = /(\\*)(["'`]).*?(?:(?<!\\)\1\2|$)/sy;
/** Where a list or an object ends is unknown without reading it: all that follows goes. */
const NESTED = /[[{].*/sy;
const LINE = /[^\r\n]*/y;
const WORD = /\S*/y;

/** Headers whose value has blanks in it. */
const HEADER = /authorization|cookie/i;

const URL_USER = /:\/\/[^\s/?#]{1,1000}@/g;
/** Names that mean a secret in an address only, and addresses that are secrets by themselves. */
const URL_PARAMETER =
  /([?&;](?:key|sig|signature|sas|auth|code|jwt|hmac|sid|session(?:_?id)?|x-amz-(?:signature|credential|security-token)|x-goog-signature)=)[^&#\s"'`<>\\]+/gi;
const SECRET_URL =
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/)[\w/-]+/gi;
const BEARER = /\bBearer\s{1,8}[\w.~+/-]+=*/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/gs;
/** Keys that are known by their prefix: Stripe, webhooks, GitHub, GitLab, Slack, AWS, Google, npm, SendGrid, JSON Web Tokens. */
const KEY_SHAPES =
  /(?<![A-Za-z0-9])(?:[prs]k_(?:live|test)_\w+|whsec_[\w+/=-]+|gh[oprsu]_\w{8,}|github_pat_\w+|glpat-[\w-]+|xox[a-z]-[\w-]+|(?:AKIA|ASIA)[0-9A-Z]{12,}|sk-[\w-]{20,}|AIza[\w-]{30,}|npm_\w{30,}|SG\.[\w-]{10,}[\w.-]*|eyJ[\w-]{16,}[\w.-]*)/g;

/**
 * The text without the secrets in it: values of names like `password` or `api_key`, the user of a URL,
 * bearer tokens, and keys of a known shape. It rather takes too much than too little. Takes any text, in
 * time proportional to its length; doing it twice changes nothing.
 */
export function redactText(text: string): string {
  return withoutPercentEncoded(withoutEncoded(plainly(text)));
}

/** Long enough for a name and a value. The alphabets of base64 and base64url, as they are or in JSON. */
const ENCODED = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Base64 or hexadecimal digits that hide a secret are one. What is longer than this is not decoded, and goes as a whole when its beginning does. */
const LONGEST_DECODED = 64 * 1024;

function withoutEncoded(text: string): string {
  return text.replace(ENCODED, (run) => {
    const start = run.slice(0, LONGEST_DECODED);
    const hides = (form: 'base64' | 'hex') => isSecret(Buffer.from(start, form).toString('utf8'));
    return hides('base64') || (HEX.test(start) && hides('hex')) ? REDACTED : run;
  });
}

const HEX = /^[0-9a-f]+$/i;
/** What an address within an address, or a form's body, is written in. */
const UNBROKEN = /[^\s"'`<>]+/g;
const PERCENT = /(?:%[0-9a-f]{2})+/gi;

/** From where its percent signs begin, a run that hides a secret is one. */
function withoutPercentEncoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(UNBROKEN, (run) => {
    const start = run.indexOf('%');
    return start >= 0 && isSecret(percentDecoded(run.slice(0, LONGEST_DECODED))) ? run.slice(0, start) + REDACTED : run;
  });
}

function percentDecoded(text: string): string {
  return text.replace(PERCENT, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));
}

function isSecret(decoded: string): boolean {
  const further = decoded.includes('%') ? percentDecoded(decoded) : decoded;
  return plainly(decoded) !== decoded || plainly(further) !== further;
}

function plainly(text: string): string {
  return withoutNamedValues(text)
    .replace(PRIVATE_KEY, REDACTED)
    .replace(URL_USER, `://${REDACTED}@`)
    .replace(URL_PARAMETER, `$1${REDACTED}`)
    .replace(SECRET_URL, `$1${REDACTED}`)
    .replace(BEARER, `Bearer ${REDACTED}`)
    .replace(KEY_SHAPES, REDACTED);
}

function withoutNamedValues(text: string): string {
  const kept: string[] = [];
  let from = 0;
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found; found = NAME.exec(text)) {
    const [name, core = ''] = found;
    const start = isSecretName(name) ? valueAfter(text, found.index, name) : undefined;
    const value = start === undefined ? undefined : valueAt(text, start, name);
    if (start === undefined || value === undefined) {
      NAME.lastIndex = found.index + core.length;
      continue;
    }
    kept.push(text.slice(from, start), value.instead);
    from = value.end;
    NAME.lastIndex = value.end;
  }
  return kept.length > 0 ? kept.join('') + text.slice(from) : text;
}

/** Where the value of the name begins, if one follows it. */
function valueAfter(text: string, index: number, name: string): number | undefined {
  const end = index + name.length;
  const isFlag = () => FLAG.test(text.slice(Math.max(0, index - 45), index));
  const separator = match(SEPARATOR, text, end) ?? (isFlag() ? match(BLANK, text, end) : undefined);
  return separator && end + separator[0].length;
}

function valueAt(text: string, start: number, name: string): { end: number; instead: string } | undefined {
  if (start >= text.length || match(NO_VALUE, text, start)) return undefined;
  const quoted = match(QUOTED, text, start);
  if (quoted) {
    const quote = `${quoted[1]}${quoted[2]}`;
    return { end: start + quoted[0].length, instead: `${quote}${REDACTED}${quote}` };
  }
  const rest = HEADER.test(name) ? LINE : WORD;
  const value = match(DONE, text, start) ?? match(NESTED, text, start) ?? match(rest, text, start);
  if (!value || isCount(name, value[0])) return undefined;
  return { end: start + value[0].length, instead: REDACTED };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
