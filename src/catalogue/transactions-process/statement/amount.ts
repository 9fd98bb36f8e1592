const DIGITS = String.raw`(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?:\.\d{1,4})?`;
const MINUS = '[-\u2212]';
const CURRENCY = '[$€£]';

/** Every form that an amount may have, each of them whole; the group `digits` is the number, `minus` makes it negative. */
const FORMS = [
  // 45.67, -45.67, $45.67, -$45.67, $-45.67, 45.67 €
  `(?:(?<minus>${MINUS})|[+])?\\s?(?:${CURRENCY}\\s?)?(?<digits>${DIGITS})(?:\\s?${CURRENCY})?`,
  `${CURRENCY}\\s?(?:(?<minus>${MINUS})|[+])\\s?(?<digits>${DIGITS})`,
  // 45.67-, $45.67-, 45.67 €-, 45.67- €
  `(?:${CURRENCY}\\s?)?(?<digits>${DIGITS})(?:\\s?${CURRENCY})?\\s?(?<minus>${MINUS})(?:\\s?${CURRENCY})?`,
  // (45.67), ($45.67), $(45.67)
  `(?:${CURRENCY}\\s?)?(?<minus>\\()\\s?(?:${CURRENCY}\\s?)?(?<digits>${DIGITS})(?:\\s?${CURRENCY})?\\s?\\)(?:\\s?${CURRENCY})?`,
].map((form) => new RegExp(`^${form}$`));

/** What is a thousand and more where points separate thousands, and little money where they separate decimals. */
const AMBIGUOUS = /^[1-9]\d{0,2}\.\d{3}$/;

const MORE_THAN_ONE_CURRENCY = /[$€£].*[$€£]/;

/**
 * An amount of money as a decimal text, exactly as it was written: `-12.50`, never a floating-point number.
 * Accepts a currency sign, thousands separated by commas or spaces, and for negative ones a minus before or behind, or
 * parentheses around. A form of which a part is missing, or that has two signs, is no amount; nor is `1.234`, which is a
 * thousand times as much in other countries.
 * @throws Error that says what was expected.
 */
export function readAmount(text: string): string {
  const trimmed = text.trim();
  const { digits, minus } = FORMS.map((form) => form.exec(trimmed)).find((match) => match !== null)?.groups ?? {};
  if (digits === undefined || MORE_THAN_ONE_CURRENCY.test(trimmed)) {
    throw new Error(`"${text}" is not an amount such as 1234.50 or -1,234.50.`);
  }
  if (AMBIGUOUS.test(digits)) {
    throw new Error(`"${text}" is not an amount of one meaning, thousands or thousandths: write 1234.00 or 1.2340.`);
  }
  const plain = digits.replace(/[^\d.]/g, '').replace(/^0+(?=\d)/, '');
  return minus && !isZero(plain) ? `-${plain}` : plain;
}

/** The same amount with the other sign. */
export function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return isZero(amount) ? amount : `-${amount}`;
}

export function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}
