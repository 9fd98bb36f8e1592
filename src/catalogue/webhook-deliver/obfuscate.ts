/** Deeper, and later in a list, nothing is shown. */
const DEEPEST = 6;
const LONGEST_LIST = 10;
const LONGEST_TEXT = 200;

const MASK = '***';

/** What is done to a value whose field is named so. The first that fits counts. */
const RULES: readonly [name: RegExp, mask: (text: string) => string][] = [
  [/e-?mail/i, maskEmail],
  [/phone|mobile|\bfax/i, (text) => (text.length > 6 ? `${text.slice(0, 2)}${MASK}${text.slice(-4)}` : MASK)],
  [
    /^(lat|latitude|lng|lon|longitude)$/i,
    (text) => (Number.isFinite(Number(text)) ? `${Number(text).toFixed(1)}${MASK}` : MASK),
  ],
  [/address|street/i, (text) => `${text.trim().split(/\s+/)[0] ?? ''} ${MASK}`],
  [/github/i, (text) => text.replace(/(github\.com\/[^/]{0,3}).*/i, `$1${MASK}`)],
  [/(^|_)(first|last|full|user|middle)_?name$|^name$/i, (text) => `${text.slice(0, 1)}${MASK}`],
  [/(^|_)(id|uuid|guid)$|[a-z]I[dD]$/, () => MASK],
];

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;

/** A copy of a payload to show as a sample: personal data masked, long texts and lists cut. Takes any JSON. */
export function obfuscate(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskEmails(value.slice(0, LONGEST_TEXT));
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return MASK;
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map((one) => obfuscate(one, depth + 1));
  const entries = Object.entries(value).map(([name, inner]) => {
    const rule = RULES.find(([pattern]) => pattern.test(name));
    const isPlain = typeof inner === 'string' || typeof inner === 'number';
    return [name, rule && isPlain ? rule[1](String(inner).slice(0, LONGEST_TEXT)) : obfuscate(inner, depth + 1)];
  });
  return Object.fromEntries(entries) as unknown;
}

function maskEmails(text: string): string {
  return text.replace(EMAIL, maskEmail);
}

function maskEmail(text: string): string {
  const at = text.lastIndexOf('@');
  return at > 0 ? `${text.slice(0, 1)}${MASK}${text.slice(at)}` : MASK;
}
