/**
 * An amount of money as a decimal text, exactly as it was written: `-12.50`, never a floating-point number.
 * Accepts a currency sign, thousands separators, and parentheses or a trailing minus for negative ones.
 * @throws Error that says what was expected.
 */
export function readAmount(text: string): string {
  const bare = text.replace(/[\s$€£]/g, '');
  const negative = /^(-.*|\(.*\)|.*-)$/.test(bare);
  const digits = bare.replace(/^[-+(]|[)-]$/g, '');
  if (!/^(\d+|\d{1,3}(,\d{3})+)(\.\d{1,4})?$/.test(digits)) {
    throw new Error(`"${text}" is not an amount such as 1234.50 or -1,234.50.`);
  }
  const plain = digits.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  return negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/** The same amount with the other sign. */
export function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return /[1-9]/.test(amount) ? `-${amount}` : amount;
}
