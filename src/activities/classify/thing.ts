/** Deep enough for every wrapper that means something; little enough for a chain made to hurt. */
const MOST_THINGS = 20;
const MOST_ANCESTORS = 10;

/** Something thrown, or the cause of something thrown, read so that nothing in it can throw again. */
export class Thing {
  /** Names of its classes, nearest first; a name of its own (`AbortError`) stands before them. */
  readonly lineage: readonly string[];

  constructor(readonly value: unknown) {
    this.lineage = lineageOf(this);
  }

  /** The class of an error, else the kind of value. */
  get name(): string {
    return this.lineage[0] ?? (this.value === null ? 'null' : typeof this.value);
  }

  is(className: string): boolean {
    return this.lineage.includes(className);
  }

  read(key: string): unknown {
    return readSafely(this.value, key);
  }

  child(key: string): Thing {
    return new Thing(this.read(key));
  }

  text(key: string): string | undefined {
    const value = this.read(key);
    return typeof value === 'string' ? value : undefined;
  }

  integer(key: string): number | undefined {
    const value = this.read(key);
    return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
  }

  list(key: string): unknown[] {
    const value = this.read(key);
    try {
      return Array.isArray(value) ? value.slice(0, MOST_THINGS) : [];
    } catch {
      return [];
    }
  }
}

/** What was thrown and, after it, its causes and the parts of an AggregateError, outermost first. */
export function thingsIn(thrown: unknown): Thing[] {
  const things = [new Thing(thrown)];
  const seen = new Set<unknown>([thrown]);
  for (const thing of things) {
    for (const next of [thing.read('cause'), ...thing.list('errors')]) {
      if (next === undefined || next === null || seen.has(next) || things.length >= MOST_THINGS) continue;
      seen.add(next);
      things.push(new Thing(next));
    }
  }
  return things;
}

function lineageOf(thing: Thing): string[] {
  if (typeof thing.value !== 'object' || thing.value === null) return [];
  const names: string[] = [];
  let ancestor = parentOf(thing.value);
  for (let depth = 0; ancestor && depth < MOST_ANCESTORS; depth++) {
    const name = readSafely(readSafely(ancestor, 'constructor'), 'name');
    if (typeof name === 'string' && name) names.push(name);
    ancestor = parentOf(ancestor);
  }
  // An error inherits `name` from its class; only a name that no class has is its own.
  const own = thing.text('name');
  return own && names.includes('Error') && !names.includes(own) ? [own, ...names] : names;
}

function readSafely(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

function parentOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null;
  } catch {
    return null;
  }
}
