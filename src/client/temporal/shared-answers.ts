import { LRUCache } from 'lru-cache';

/** Questions remembered at once; the names in them come from callers. */
const MOST = 1000;

/**
 * Answers of the server that all who ask the same within a short time share. None is older than that, where `Recent`
 * keeps what was costly to count for longer. One that failed is asked for again.
 */
export class SharedAnswers<T> {
  private readonly answers: LRUCache<string, Promise<T>>;

  /** @param milliseconds How old an answer may be. */
  constructor(milliseconds: number) {
    this.answers = new LRUCache({ max: MOST, ttl: milliseconds });
  }

  get(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(question);
    if (known) return known;
    const answer = ask();
    this.answers.set(question, answer);
    answer.catch(() => {
      if (this.answers.peek(question) === answer) this.answers.delete(question);
    });
    return answer;
  }
}
