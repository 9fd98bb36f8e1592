import { withoutSecrets } from '../shared/without-secrets';

/** Fields of nodemailer's errors that say what a server has said. */
const SAID = ['message', 'response', 'stack'] as const;

/** Hides the password of a mail server wherever the server repeats it, as it is or encoded. */
export class Concealment {
  private readonly secrets: string[];

  /** @param url Address of the server, with user and password or without. */
  constructor(url: string) {
    const { password } = new URL(url);
    this.secrets = [...new Set([decoded(password), password])].filter(Boolean);
  }

  text<T extends string | undefined>(text: T): T {
    return text && (withoutSecrets(text, this.secrets) as T);
  }

  /** Changes the error itself: its class and codes are looked at later. Those of single recipients are changed too. */
  error<E>(error: E): E {
    if (typeof error !== 'object' || error === null || this.secrets.length === 0) return error;
    const fields = error as Record<string, unknown>;
    for (const name of SAID) {
      const text = fields[name];
      if (typeof text === 'string') fields[name] = this.text(text);
    }
    for (const one of Array.isArray(fields.rejectedErrors) ? fields.rejectedErrors : []) this.error(one);
    return error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
