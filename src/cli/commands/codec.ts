import type { Command } from 'commander';
import { workerCodec } from '../../encryption/data-converter';
import { isEncrypted } from '../../encryption/payload-codec';
import { payloadFromJson, payloadSchema, payloadToJson } from '../../encryption/payload-json';
import { headed } from '../head';
import { readJson } from '../input';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addCodec(program: Command, runner: Runner): void {
  const group = headed(program.command('codec'), {
    summary: 'decrypt what the stock command line shows',
    description: 'Works with the encryption keys of the settings, without the API.',
    examples: ['temporal workflow show --workflow-id ID --output json | holdfast codec decode'],
  });
  headed(runner.common(group.command('decode')), {
    summary: 'decrypt every payload in a JSON document',
    description: 'Reads JSON, as `temporal … --output json` writes it, and prints it with its payloads decrypted.',
    examples: ['temporal workflow show --workflow-id ID --output json | holdfast codec decode'],
  })
    .argument('[file]', 'a file; standard input by default', '-')
    .action(runner.run<[string], object>('decrypting payloads', decode));
}

async function decode({ app, out }: Session, file: string): Promise<undefined> {
  const codec = workerCodec(app.keys);
  out.json(await decoded(await readJson(file, 'file'), codec));
  return undefined;
}

/** A copy in which every encrypted payload, wherever it is, is the one that was encrypted. */
async function decoded(value: unknown, codec: ReturnType<typeof workerCodec>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => decoded(one, codec)));
  if (typeof value !== 'object' || value === null) return value;
  const payload = payloadSchema.safeParse(value);
  if (payload.success && isEncrypted(payloadFromJson(payload.data))) {
    const [plain] = await codec.decode([payloadFromJson(payload.data)]);
    return plain && payloadToJson(plain);
  }
  const entries = Object.entries(value).map(async ([name, one]) => [name, await decoded(one, codec)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
