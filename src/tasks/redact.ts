import { REDACTED, redactText } from './redact-text';
import { isCount, isSecretName } from './secret-names';

export { redactText } from './redact-text';

/** Stands for what is nested deeper, or comes later, than is looked at. */
const CUT = '[cut]';
const DEEPEST = 12;
const MOST_VALUES = 10_000;

/**
 * A copy fit for logs and answers: the values of fields named like a secret are gone, and so is what
 * {@link redactText} finds in the other texts. Takes anything: errors become objects, bytes their number,
 * and what cannot be read or is too much is named so. The copy can always be written as JSON.
 */
export function redactValue(value: unknown): unknown {
  return new Redaction().copy(value, 0);
}

class Redaction {
  private left = MOST_VALUES;
  private readonly path = new Set<unknown>();

  copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
    if (typeof value === 'function') return '[function]';
    if (typeof value !== 'object' || value === null) return value;
    if (this.path.has(value)) return '[circular]';
    if (depth >= DEEPEST) return CUT;
    this.path.add(value);
    try {
      return this.copyObject(value, depth + 1);
    } catch {
      // A getter or a proxy that throws.
      return '[unreadable]';
    } finally {
      this.path.delete(value);
    }
  }

  private copyObject(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return this.list(value, depth);
    if (value instanceof Set) return this.list(value, depth);
    if (value instanceof Map) return this.fields([...value], depth);
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.copy(value.toJSON(), depth);
    const names = Object.keys(value);
    // What says most of an error is not enumerable.
    for (const name of ['name', 'message', 'stack', 'cause', 'errors']) {
      if ('stack' in value && name in value && !names.includes(name)) names.push(name);
    }
    const looked = names.slice(0, MOST_VALUES + 1);
    return this.fields(
      looked.map((name) => field(value, name)),
      depth,
    );
  }

  private list(values: Iterable<unknown>, depth: number): unknown[] {
    const copies: unknown[] = [];
    let before: unknown;
    for (const value of values) {
      if (this.left-- <= 0) return [...copies, CUT];
      // Arguments of a command line.
      const secret = typeof before === 'string' && before.startsWith('--') && isSecretName(before);
      copies.push(secret ? hide('', value) : this.copy(value, depth));
      before = value;
    }
    return copies;
  }

  private fields(entries: readonly (readonly [unknown, unknown])[], depth: number): object {
    // Forms and headers are often lists of { name, value }.
    const label = entries.find(([key]) => key === 'name' || key === 'key')?.[1];
    const labelled = typeof label === 'string' && isSecretName(label);
    const copies: [string, unknown][] = [];
    for (const [key, value] of entries) {
      if (this.left-- <= 0) return Object.fromEntries([...copies, ['…', CUT]]);
      const name = typeof key === 'string' ? key : typeof key;
      const secret = isSecretName(name) || (labelled && name === 'value');
      copies.push([redactText(name), secret ? hide(name, value) : this.copy(value, depth)]);
    }
    return Object.fromEntries(copies);
  }
}

/** What is absent or a plain yes or no gives nothing away. */
function hide(name: string, value: unknown): unknown {
  const harmless = value === undefined || value === null || typeof value === 'boolean';
  return harmless || (typeof value === 'number' && isCount(name, String(value))) ? value : REDACTED;
}

function field(value: object, name: string): [string, unknown] {
  try {
    return [name, (value as Record<string, unknown>)[name]];
  } catch {
    return [name, '[unreadable]'];
  }
}
