import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PEERS, type Stage } from './stage';

export interface Plan {
  /** The same seed makes the same requests. */
  seed: number;
  /** Requests of each operation and kind. */
  examples: number;
  /** Longest time of the whole run, in seconds; absent: until every operation had its requests. */
  seconds?: number;
  /** Names of its phases, separated by commas; absent: all. */
  phases?: string;
  /** Parts of operation IDs; absent: all. */
  only?: string;
}

export interface Verdict {
  /** 0: no check failed. */
  code: number | null;
  output: string;
}

/**
 * Puts Schemathesis to the API: requests made from the OpenAPI document, valid and not, one by one and in sequences
 * that follow its links, with every check that it has and no list of failures to overlook.
 * @param python The interpreter of the environment that has it.
 */
export async function runSchemathesis(
  python: string,
  { api, secrets }: Stage,
  { seed, examples, seconds, phases, only }: Plan,
  onOutput: (text: string) => void = () => undefined,
): Promise<Verdict> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-contract-'));
  try {
    const document = await api.get('/openapi.json', { Authorization: `Bearer ${secrets.operator}` });
    await writeFile(path.join(folder, 'openapi.json'), JSON.stringify(document.body));
    await writeFile(path.join(folder, 'people.json'), JSON.stringify({ auth: Object.entries(secrets).map(person) }));
    await writeFile(path.join(folder, 'schemathesis.toml'), configuration());
    const args = [
      '-m',
      'schemathesis.cli',
      'run',
      'openapi.json',
      '--url',
      api.url,
      '--checks',
      'all',
      '--no-color',
      '--no-shrink',
    ];
    args.push('--seed', String(seed), '--max-examples', String(examples), '--continue-on-failure');
    args.push('--generation-database', 'none', '--request-timeout', '30', '--workers', '1');
    if (seconds !== undefined) args.push('--max-time', String(seconds));
    if (phases !== undefined) args.push('--phases', phases);
    if (only !== undefined) args.push('--include-operation-id-regex', only);
    const child = spawn(python, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text;
        onOutput(String(text));
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function person([name, secret]: [string, string]) {
  return { name, fixedHeaders: [{ name: 'Authorization', value: `Bearer ${secret}` }] };
}

function configuration(): string {
  return `hooks = ${JSON.stringify(path.join(__dirname, 'rules.py'))}

[auth.wfc]
path = "people.json"
peers = ${JSON.stringify(PEERS)}

# A caller may ask to wait for the end of a task, for a minute at most.
[checks]
max_response_time = 75
# Its own list lacks the refusals for size: the document has 413 and 431 where they may come.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, 431, "5xx"]

[output.sanitization]
enabled = false

[cache]
enabled = false
`;
}
