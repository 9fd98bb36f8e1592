/**
 * Names of secrets, written in snake case. A word may have a beginning of its own (`PGPASSWORD`), but not an
 * end: a `tokenizer` and a `secretary` keep no secret.
 */
const SECRET =
  /(?:passw(?:or)?d|passphrase|passcode|secret|token|cookie|credential|authorization|(?:api|auth|session|access|private|secret|signing|encryption|master|account|app|client|consumer|shared|subscription|service|admin|root|ssh|license)_?key)s?\d*(?=_|$)|(?:^|_)(?:pass|pwd|pswd|jwt|otp|totp|cvv2?|cvc2?|pin|mnemonic|seed_phrase|connection_string|session_?id)$/;

const LONGEST_NAME = 200;

/** Whether a field, setting or header of this name holds a secret, in whatever case it is written. */
export function isSecretName(name: string): boolean {
  const words = name
    .slice(0, LONGEST_NAME)
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '');
  return SECRET.test(words.toLowerCase());
}

/** `max_tokens: 4096` counts; it is no secret. */
export function isCount(name: string, value: string): boolean {
  return /tokens$/i.test(name) && /^\d+[,;.)\]}]*$/.test(value);
}
