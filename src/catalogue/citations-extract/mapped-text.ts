/** One change of a text: what lies between two places gives way to something no longer than it. */
export interface Edit {
  start: number;
  end: number;
  put: string;
}

/** A text made from another one, which knows for each of its places where it was there. */
export class MappedText {
  private constructor(
    readonly text: string,
    private readonly origins: Int32Array,
  ) {}

  static of(text: string): MappedText {
    return new MappedText(
      text,
      Int32Array.from({ length: text.length + 1 }, (_, index) => index),
    );
  }

  /** The place in the original text. */
  origin(index: number): number {
    return this.origins[index] ?? 0;
  }

  /** Replaces each match. What is put in is no longer than the match, and has its origin where the match began. */
  replace(pattern: RegExp, by: (match: RegExpExecArray) => string): MappedText {
    const edits = [...this.text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      put: by(match),
    }));
    return this.edit(edits);
  }

  /** Makes the edits, which are in the order of the text and do not overlap. */
  edit(edits: readonly Edit[]): MappedText {
    const parts: string[] = [];
    const origins = new Int32Array(this.origins.length);
    let length = 0;
    let done = 0;
    const keep = (until: number) => {
      parts.push(this.text.slice(done, until));
      origins.set(this.origins.subarray(done, until), length);
      length += until - done;
    };
    for (const { start, end, put } of edits) {
      keep(start);
      parts.push(put);
      for (let offset = 0; offset < put.length; offset++) origins[length++] = this.origin(start + offset);
      done = end;
    }
    keep(this.text.length);
    origins[length] = this.origin(this.text.length);
    return new MappedText(parts.join(''), origins.slice(0, length + 1));
  }
}
