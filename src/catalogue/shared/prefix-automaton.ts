/** Reads bytes one by one and knows at each which texts end there: the automaton of Aho and Corasick. */
export class PrefixAutomaton {
  /** Bytes of the longest beginning of a text that ends with the byte read last, by state. */
  readonly depth = [0];
  /** Bytes of the longest whole text that ends there, by state; 0 for none. */
  readonly ended = [0];
  private readonly fallback = [0];
  /** By state * 256 + byte. */
  private readonly next = new Map<number, number>();
  private readonly first = new Int32Array(256);

  /** @param texts One character for each byte. */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.add(text);
    this.link();
  }

  /** The state after another byte. The first one is 0. */
  step(from: number, byte: number): number {
    let state = from;
    while (state > 0) {
      const next = this.next.get(state * 256 + byte);
      if (next !== undefined) return next;
      state = this.fallback[state] ?? 0;
    }
    return this.first[byte] ?? 0;
  }

  private add(text: string): void {
    let state = 0;
    for (let index = 0; index < text.length; index++) {
      const byte = text.charCodeAt(index);
      const known = state === 0 ? this.first[byte] : this.next.get(state * 256 + byte);
      state = known || this.grow(state, byte, index + 1);
    }
    this.ended[state] = text.length;
  }

  private grow(from: number, byte: number, depth: number): number {
    const state = this.depth.push(depth) - 1;
    this.ended.push(0);
    this.fallback.push(0);
    if (from === 0) this.first[byte] = state;
    else this.next.set(from * 256 + byte, state);
    return state;
  }

  /** A state falls back to the longest beginning that its own text ends with: shorter ones are linked before it. */
  private link(): void {
    const edges = [...this.next].sort(([one], [other]) => this.depthOf(one) - this.depthOf(other));
    for (const [edge, state] of edges) {
      const fallback = this.step(this.fallback[edge >> 8] ?? 0, edge & 0xff);
      this.fallback[state] = fallback;
      this.ended[state] ||= this.ended[fallback] ?? 0;
    }
  }

  private depthOf(edge: number): number {
    return this.depth[edge >> 8] ?? 0;
  }
}
