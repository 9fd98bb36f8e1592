import { formsOf } from '../../tasks/secret-forms';
import { PrefixAutomaton } from './prefix-automaton';

/** A line of so many digits, at least, may go on in the next one: programs break long base64 at 60 to 76. */
const WRAPPED_LINE = 16;
/** What the output ends with is hidden too when it is so much of a secret's beginning, in bytes. */
const LONGEST_SHOWN_BEGINNING = 3;

const LF = 0x0a;
const CR = 0x0d;

const IS_DIGIT = new Uint8Array(256);
for (const digit of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')) {
  IS_DIGIT[digit] = 1;
}

/**
 * Passes bytes on but for the secrets and their encoded forms. Every byte is read once, and what may be the
 * beginning of a secret is held back: what comes out does not depend on where the input is cut into pieces.
 */
export class SecretFilter {
  private readonly plain: PrefixAutomaton;
  private readonly encoded: PrefixAutomaton;
  private plainState = 0;
  private encodedState = 0;
  /** Where the digits read last stand, of which a form may be beginning: line breaks are none. */
  private digits: number[] = [];
  /** Digits without a break before the next byte. */
  private run = 0;
  private isWrapped = false;

  /** Read, and neither passed on nor dropped. */
  private held: Buffer = Buffer.alloc(0);
  /** Where it begins, counted from the first byte of all. */
  private heldFrom = 0;
  /** What is to be hidden of it, in order. */
  private hidden: { from: number; to: number }[] = [];
  /** Where the part ends that was hidden last: what follows without a gap is hidden under the same mark. */
  private hiddenTo = -1;
  /** Where a form has ended: the next digit may hold its last bits. */
  private lastBitsAt = -1;

  /** @param mark Stands for what is hidden. */
  constructor(
    secrets: readonly string[],
    private readonly mark: string,
  ) {
    const { plain, encoded } = formsOf(secrets);
    const bytes = (texts: string[]) => texts.map((text) => Buffer.from(text).toString('latin1'));
    this.plain = new PrefixAutomaton(bytes(plain));
    this.encoded = new PrefixAutomaton(bytes(encoded));
  }

  /** What can be passed on after these bytes. */
  write(bytes: Buffer): Buffer[] {
    const from = this.heldFrom + this.held.length;
    this.held = this.held.length > 0 ? Buffer.concat([this.held, bytes]) : bytes;
    for (let index = 0; index < bytes.length; index++) this.read(bytes[index] as number, from + index);
    return this.release(this.safeEnd(from + bytes.length));
  }

  /** What is left to pass on at the end. */
  end(): Buffer[] {
    const end = this.heldFrom + this.held.length;
    const plain = this.plain.depth[this.plainState] ?? 0;
    if (plain > LONGEST_SHOWN_BEGINNING) this.hide(end - plain, end);
    const encoded = this.encoded.depth[this.encodedState] ?? 0;
    if (encoded > LONGEST_SHOWN_BEGINNING) this.hide(this.digits.at(-encoded) ?? end, end);
    return this.release(end);
  }

  private read(byte: number, at: number): void {
    this.plainState = this.plain.step(this.plainState, byte);
    const found = this.plain.ended[this.plainState] ?? 0;
    if (found > 0) this.hide(at + 1 - found, at + 1);
    if (byte === LF || byte === CR) this.breakLine();
    else this.readEncoded(byte, at);
  }

  private readEncoded(byte: number, at: number): void {
    // The digits before and behind a form share bits with it.
    if (at === this.lastBitsAt && IS_DIGIT[byte]) this.hide(at, at + 1);
    this.run = IS_DIGIT[byte] ? this.run + 1 : 0;
    this.isWrapped = false;
    const state = this.encoded.step(this.encodedState, byte);
    const depth = this.encoded.depth[state] ?? 0;
    this.encodedState = state;
    this.digits.push(at);
    if (this.digits.length > 2 * depth + 64) this.digits = depth > 0 ? this.digits.slice(-depth) : [];
    const form = this.encoded.ended[state] ?? 0;
    if (form === 0) return;
    const start = this.digits.at(-form) ?? at;
    this.hide(this.isDigitAt(start - 1) ? start - 1 : start, at + 1);
    this.lastBitsAt = at + 1;
  }

  private breakLine(): void {
    this.isWrapped = this.run >= WRAPPED_LINE || (this.isWrapped && this.run === 0);
    this.run = 0;
    if (!this.isWrapped) this.encodedState = 0;
  }

  /** Up to where nothing can be a part of what is found later. */
  private safeEnd(end: number): number {
    const depth = this.encoded.depth[this.encodedState] ?? 0;
    const encoded = depth > 0 ? (this.digits.at(-depth) ?? end) : end;
    const safe = Math.min(end - (this.plain.depth[this.plainState] ?? 0), encoded);
    return this.isDigitAt(safe - 1) ? safe - 1 : safe;
  }

  private isDigitAt(at: number): boolean {
    return IS_DIGIT[this.held[at - this.heldFrom] ?? 0] === 1;
  }

  private hide(from: number, to: number): void {
    let start = from;
    while (this.hidden.length > 0) {
      const last = this.hidden.at(-1) as { from: number; to: number };
      if (last.to < start) break;
      start = Math.min(start, last.from);
      this.hidden.pop();
    }
    this.hidden.push({ from: start, to });
  }

  private release(end: number): Buffer[] {
    const pieces: Buffer[] = [];
    let at = this.heldFrom;
    const pass = (to: number) => {
      if (to > at) pieces.push(this.held.subarray(at - this.heldFrom, to - this.heldFrom));
      at = Math.max(at, to);
    };
    while (this.hidden[0] && this.hidden[0].from < end) {
      const { from, to } = this.hidden[0];
      pass(from);
      if (at !== this.hiddenTo) pieces.push(Buffer.from(this.mark));
      at = Math.min(to, end);
      this.hiddenTo = at;
      if (to > end) break;
      this.hidden.shift();
    }
    pass(end);
    this.held = this.held.subarray(at - this.heldFrom);
    this.heldFrom = at;
    return pieces;
  }
}
