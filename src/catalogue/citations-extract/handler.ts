import { access, constants } from 'node:fs/promises';
import type { Handler, HandlerContext } from '../../activities/attempt/handler';
import { TaskFailure } from '../../tasks/failures';
import { ProcessPool } from '../shared/process-pool';
import { groupCases } from './clusters';
import type { CitationsContract } from './contract';
import { type CourtListenerSettings, courtListener } from './courtlistener';
import { type CitationProcesses, extractOnce } from './extract-once';
import { localSource } from './local-source';
import { report } from './report';
import type { VerificationSource } from './sources';
import { verifyCases } from './verify-cases';

/** JavaScript heap of one process, in MiB: a PDF of 50 MB, or five million characters and what is found in them. */
const HEAP_MIB = 1024;

/** All memory of one process, and of its Python, in MiB. */
const MEMORY_MIB = 1536;

export interface CitationSettings {
  /** The Python that has eyecite. */
  readonly python: string;
  /** Hosts that may be fetched although they are not public. Defaults to none. */
  readonly urlHosts?: readonly string[] | undefined;
  /** Asked before the local table. Defaults to none. */
  readonly courtListener?: CourtListenerSettings | undefined;
  /** Most child processes at once. Defaults to one less than the cores, but at least 2. */
  readonly processes?: number | undefined;
  /** All memory of one of them, in MiB, and as much for its Python. Defaults to 1,536. */
  readonly memory?: number | undefined;
}

/** The handler of `citations.extract`. `close` ends its child processes; without it they end with this process. */
export function createCitationsExtract({
  python,
  urlHosts = [],
  courtListener: service,
  processes,
  memory = MEMORY_MIB,
}: CitationSettings): {
  handler: Handler<CitationsContract>;
  close(): Promise<void>;
} {
  const sources: VerificationSource[] = [...(service ? [courtListener(service)] : []), localSource];
  const pool: CitationProcesses = new ProcessPool({
    name: 'citation',
    script: 'citations-extract/process.js',
    method: 'extract',
    heap: Math.min(HEAP_MIB, Math.floor((memory * 2) / 3)),
    memory,
    breaksForGood: true,
    count: processes,
  });
  const handler: Handler<CitationsContract> = async (input, context) => {
    await requirePython(python);
    try {
      const extracted = await extractOnce(input, context, { pool, python, urlHosts });
      return await finish(extracted, sources, context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    }
  };
  return { handler, close: () => pool.close() };
}

async function finish(
  { found, text, source }: Awaited<ReturnType<typeof extractOnce>>,
  sources: readonly VerificationSource[],
  context: HandlerContext,
): ReturnType<Handler<CitationsContract>> {
  context.progress(60, 'clustering');
  const groups = groupCases(found.citations);
  const { findings, notices } = await verifyCases(groups, sources, context);
  context.progress(95, 'reporting');
  return {
    ...report(groups, findings),
    message: 'Analysis completed',
    notices: [...notices],
    metadata: {
      source_type: source.type,
      source_name: source.name,
      ...(source.type !== 'text' && { file_type: source.fileType }),
      ...(source.type !== 'text' && found.encoding && { encoding: found.encoding }),
      text_length: found.textLength,
    },
    ...(text && { artifacts: { text } }),
  };
}

async function requirePython(python: string): Promise<void> {
  await access(python, constants.X_OK).catch(() => {
    throw new TaskFailure(
      'CONFIG_MISSING_SERVICE',
      `This worker has no Python environment${python && ` at ${python}`}. Run npm run build with Python 3.10 or newer, or correct HOLDFAST_PYTHON.`,
    );
  });
}
