import { writeFile } from 'node:fs/promises';
import { TaskFailure } from '../../tasks/failures';
import type { Reporter } from '../shared/process-pool';
import { caseName, NAME_REACH } from './case-name';
import { cleanText } from './clean-text';
import type { CitationJob, Extraction, FoundCitation } from './job';
import type { MappedText } from './mapped-text';
import { PythonChild } from './python';
import { readDocument } from './read-document';
import { type FullCitation, type Reported, type Reporters, runsOf } from './runs';
import { docketsIn, historyIn, isOnlyFate, pinpointsAfter, trailerLength } from './surroundings';
import { wordsOf } from './torn-words';
import { yearOf } from './year';

/** Characters on each side of a citation that its context shows. */
const CONTEXT = 100;
/** Most citations of one document: their result must fit into the store's largest value. */
const MOST_CITATIONS = 20_000;
/** Characters after a citation that belong to it at most. */
const AFTER_REACH = 400;

/** Kept warm for the next job of this process; another Python, which only tests have, gets a child of its own. */
const children = new Map<string, PythonChild>();

/** Does the whole job: reads the document, finds its citations, and what the text says of each. */
export async function extract(job: CitationJob, reporter: Reporter): Promise<{ count: number }> {
  const python = children.get(job.python) ?? new PythonChild(job.python);
  children.set(job.python, python);
  reporter.progress(10, 'reading');
  const { text, encoding } = await readDocument(job.source, job.fileType, python, job.charset);
  await writeFile(job.text, text);
  reporter.progress(20, 'extracting');
  const clean = cleanText(text);
  const { citations, reporters } = (await python.ask({ text: clean.text })) as {
    citations: Reported[];
    reporters: Reporters;
  };
  refuseTooMany(citations.length);
  reporter.progress(40, 'naming');
  const found = describe(clean, citations, reporters);
  const extraction: Extraction = { textLength: text.length, encoding, citations: found };
  await writeFile(job.result, JSON.stringify(extraction));
  reporter.log('info', 'extracted citations', { characters: text.length, citations: found.length });
  return { count: found.length };
}

function refuseTooMany(count: number): void {
  if (count <= MOST_CITATIONS) return;
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `The text has ${count} citations, more than the ${MOST_CITATIONS} allowed. Split it.`,
  );
}

function describe(clean: MappedText, reported: readonly Reported[], reporters: Reporters): FoundCitation[] {
  const { text } = clean;
  const positions = new Map(reported.map((one, index) => [one, index]));
  const knows = wordsOf(text);
  const parties = new Set<string>();
  let runBefore: { last: Reported; name: string | undefined } | undefined;
  return runsOf(text, reported, reporters).flatMap((run, number) => {
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last) return [];
    const previous = neighbourBefore(text, reported, positions.get(first) ?? 0);
    const next = reported[(positions.get(last) ?? 0) + 1];
    const before = text.slice(beginOf(text, previous, first), first.start);
    const after = text.slice(last.end, Math.min(next?.start ?? text.length, last.end + AFTER_REACH));
    const begin = first.start - before.length;
    const named = first.named < first.start ? text.slice(Math.max(first.named, begin), first.start) : '';
    const own = caseName({ before, named, knows, isParty: (word) => parties.has(word) });
    const name = own ?? (previous === runBefore?.last && isOnlyFate(before) ? runBefore?.name : undefined);
    runBefore = { last, name };
    for (const word of name?.split(/[\s,]+/) ?? []) if (/^\p{Lu}\p{L}{3,}/u.test(word)) parties.add(word);
    const history = historyIn(after);
    const dockets = docketsIn(before);
    const shared = { name, history, dockets, unpublished: /\(unpublished\)/i.test(after.slice(0, 60)), run: number };
    const neutral = run.find(({ normalised }) => /^\d{4}\b/.test(normalised))?.normalised;
    const year = yearOf({ after, before, name, neutral });
    return run.map((one, index) => ({
      ...ofText(clean, one, run[index + 1]?.start ?? last.end + after.length),
      ...shared,
      year,
    }));
  });
}

/** What stands before a citation and is no part of it. "Supra" between a name and its citation is: Roe, supra, 410 U.S. 113. */
function neighbourBefore(text: string, reported: readonly Reported[], index: number): Reported | undefined {
  const previous = reported[index - 1];
  const own = reported[index];
  if (!previous || !own) return undefined;
  const isSupra =
    previous.kind === 'other' &&
    /supra(?:,? (?:note|n\.) ?\d+)?$/i.test(text.slice(previous.start, previous.end).replace(/[,\s]+$/, ''));
  const isBetween = /^,? ?(?:(?:note|n\.) ?\d+)?,? ?$/.test(text.slice(previous.end, own.start));
  return isSupra && isBetween ? reported[index - 2] : previous;
}

/** Where the text that may belong to a citation begins: after its neighbour, in its paragraph, not too far away. */
function beginOf(text: string, previous: Reported | undefined, { start }: Reported): number {
  const end = previous?.end ?? 0;
  const trailer = previous ? trailerLength(text.slice(end, Math.min(start, end + AFTER_REACH))) : 0;
  const reach = Math.max(0, start - NAME_REACH);
  const paragraph = text.slice(reach, start).lastIndexOf('\n\n');
  return Math.max(end + trailer, paragraph < 0 ? reach : reach + paragraph + 2);
}

function ofText(clean: MappedText, one: FullCitation, limit: number) {
  const { text } = clean;
  return {
    citation: text.slice(one.start, one.end),
    normalised: one.normalised,
    reporter: one.reporter,
    ...(one.page === null && { isToCome: true }),
    volume: Number.parseInt(one.volume ?? '', 10) || undefined,
    start: clean.origin(one.start),
    // The end of its last character: what the page layout put behind it does not belong to it.
    end: clean.origin(one.end - 1) + 1,
    court: one.court ?? undefined,
    pinpoints: pinpointsAfter(text.slice(one.end, limit)),
    context: text.slice(Math.max(0, one.start - CONTEXT), one.end + CONTEXT),
  };
}
