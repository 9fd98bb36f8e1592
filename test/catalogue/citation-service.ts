import { createServer, type Server, type ServerResponse } from 'node:http';
import { close, listen, portOf } from '../support/servers/loopback';

/** A case as CourtListener describes it. */
export interface ServedCase {
  name: string;
  date: string;
}

/** How it answers a call. */
type Mood = 'well' | 'too-many' | 'broken' | 'silent';

/** A citation look-up in CourtListener's shape, on loopback. */
export class CitationService {
  /** For the next calls, one after the other; then it is well again. */
  moods: Mood[] = [];
  /** The citations of every call, in order. */
  readonly calls: { at: number; token: string | undefined; citations: string[] }[] = [];
  private constructor(
    private readonly server: Server,
    private readonly cases: ReadonlyMap<string, ServedCase>,
  ) {}

  static async start(cases: Record<string, ServedCase>): Promise<CitationService> {
    const server = createServer();
    const service = new CitationService(server, new Map(Object.entries(cases)));
    server.on('request', async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { text } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { text: string };
      const citations = text.split('; ');
      service.calls.push({ at: performance.now(), token: request.headers.authorization, citations });
      service.answer(citations, response);
    });
    await listen(server);
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}/api/rest/v4/citation-lookup/`;
  }

  /** How often a citation was asked for. */
  count(citation: string): number {
    return this.calls.filter(({ citations }) => citations.includes(citation)).length;
  }

  async close(): Promise<void> {
    await close(this.server);
  }

  private answer(citations: string[], response: ServerResponse): void {
    const mood = this.moods.shift() ?? 'well';
    if (mood === 'silent') return;
    if (mood === 'too-many') response.writeHead(429, { 'Retry-After': '30' }).end('{"detail": "throttled"}');
    else if (mood === 'broken') response.writeHead(500).end('oops');
    else
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify(citations.map((one) => this.look(one))));
  }

  private look(citation: string) {
    const known = this.cases.get(citation);
    return {
      citation,
      normalized_citations: [citation],
      start_index: 0,
      end_index: citation.length,
      status: known ? 200 : 404,
      error_message: known ? '' : 'Citation not found',
      clusters: known
        ? [
            {
              id: 1,
              case_name: known.name,
              date_filed: known.date,
              absolute_url: `/opinion/1/${citation.replace(/\W+/g, '-')}/`,
            },
          ]
        : [],
    };
  }
}
