import type { FileType } from './contract';

/** What a citation process is asked to do. Texts go by file: a large message would hold up both event loops. */
export interface CitationJob {
  /** Folder of this job alone. The process removes it when its parent is gone. */
  readonly folder: string;
  readonly source: string;
  readonly fileType: FileType;
  /** The character set that the source is said to be in. */
  readonly charset?: string | undefined;
  /** Gets the text that was read. */
  readonly text: string;
  /** Gets an {@link Extraction} as JSON. */
  readonly result: string;
  /** The Python to run eyecite with. */
  readonly python: string;
}

/** What was found in a text. */
export interface Extraction {
  readonly textLength: number;
  /** The character set that the text was read in, of a file or page that has one. */
  readonly encoding?: string | undefined;
  readonly citations: readonly FoundCitation[];
}

/** A citation as the text tells it. Offsets are those of the text, in UTF-16 units. */
export interface FoundCitation {
  readonly citation: string;
  readonly normalised: string;
  readonly reporter: string;
  readonly volume: number | undefined;
  /** The page is still to come: 600 U.S. ___. */
  readonly isToCome?: boolean;
  readonly start: number;
  readonly end: number;
  readonly court: string | undefined;
  readonly name: string | undefined;
  readonly year: string | undefined;
  readonly pinpoints: readonly string[];
  readonly dockets: readonly string[];
  readonly history: readonly string[];
  readonly unpublished: boolean;
  readonly context: string;
  /** Citations of one run stand side by side and name one case. */
  readonly run: number;
}
