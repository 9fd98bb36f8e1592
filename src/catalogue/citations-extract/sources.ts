/** What a source knows of a citation. */
export interface KnownCase {
  readonly name: string;
  /** ISO date, or a year. */
  readonly date: string;
  readonly url: string;
}

/** Where citations are looked up. */
export interface VerificationSource {
  /** Shown in results. */
  readonly name: string;
  /** Its circuit breaker, for a source outside. */
  readonly dependency?: string;
  /** Most citations in one call. */
  readonly batch: number;
  /** Calls that one citation is worth. */
  readonly tries: number;
  /**
   * What it knows, by citation; those that it does not know are missing. It throws for anything that says
   * nothing of the citations, such as a refusal or a time-out.
   */
  lookUp(citations: readonly string[], signal: AbortSignal): Promise<Map<string, KnownCase>>;
}

/** What became of one mention of a citation. `known` is there when it is verified, `confidence` when a source knew it. */
export interface Finding {
  readonly verified: boolean;
  readonly confidence?: number;
  readonly known?: KnownCase;
  readonly source?: string;
  readonly error?: string;
}
