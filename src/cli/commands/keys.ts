import { type Command, InvalidArgumentError } from 'commander';
import type { KeyView } from '../../access/key-record';
import { DEFAULT_OVERLAP_SECONDS, Keys, type MadeKey } from '../../access/keys';
import { scopeText } from '../../access/scopes';
import { isTenantName } from '../../tasks/tenant-name';
import { refuseOtherWords } from '../groups';
import { headed } from '../head';
import { number } from '../numbers';
import { operatorName } from '../operator';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { UsageError } from '../usage-error';
import { noteAccess } from './note-access';

interface CreateOptions {
  scope: string[];
  tenant?: string;
  days?: number;
}

const DAY_MS = 86_400_000;
const LONGEST_LIFE_DAYS = 3650;
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/;

/** API keys, right in the artifact store: also for the first one, and when nobody gets in any more. */
export function addKeys(program: Command, runner: Runner): void {
  const keys = headed(program.command('keys'), {
    summary: 'list API keys, or create, rotate or revoke one',
    description: 'API keys. As soon as there is one, the API answers nobody without.',
    examples: [
      'holdfast keys create ops --scope admin',
      'holdfast keys create billing --scope submit:image.convert --scope read --tenant acme --days 90',
      'holdfast keys rotate 0123456789abcdef --overlap 3600',
    ],
  });
  runner
    .common(keys.command('list', { isDefault: true }))
    .summary('list them; also what no word does')
    .action(runner.run<[], object>('listing keys', list));
  runner
    .common(keys.command('create'))
    .argument('<name>', 'who or what uses it')
    .requiredOption(
      '--scope <scope>',
      'read, submit, operate or admin; may be given several times; submit:TYPE for one type',
      scopes,
    )
    .option('--tenant <name>', 'whose key it is; of every tenant by default')
    .option('--days <n>', 'for how long it holds; for ever by default', number(0.001, LONGEST_LIFE_DAYS))
    .action(runner.run<[string], CreateOptions>('creating the key', create));
  runner
    .common(keys.command('rotate'))
    .argument('<id>')
    .summary('make the key that comes after one')
    .option('--overlap <seconds>', 'for how long both hold', number(0, 30 * 86_400), DEFAULT_OVERLAP_SECONDS)
    .action(runner.run<[string], { overlap: number }>('rotating the key', rotate));
  runner
    .common(keys.command('revoke'))
    .argument('<id>')
    .summary('end a key, everywhere within seconds')
    .option('--reason <text>', 'why')
    .action(runner.run<[string], { reason?: string }>('revoking the key', revoke));
  refuseOtherWords(keys);
}

function scopes(text: string, before: string[] = []): string[] {
  const parsed = scopeText.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message}.`);
  return [...before, text];
}

async function list({ artifacts, out, times }: Session): Promise<undefined> {
  const keys = await new Keys(artifacts.entries).list();
  if (out.asJson) out.json({ keys });
  else if (keys.length === 0) out.line('There are no keys: the API asks nobody for one, and answers this host only.');
  else {
    const columns: Column<KeyView>[] = [
      { title: 'ID', width: 16, cell: ({ id }) => id },
      { title: 'Name', width: 20, cell: ({ name }) => name },
      { title: 'State', width: 8, cell: ({ state }) => state },
      { title: 'Tenant', width: 16, cell: ({ tenant }) => tenant ?? '' },
      { title: 'Ends', width: 19, cell: ({ endsAt }) => (endsAt === undefined ? 'never' : times.of(endsAt)) },
      { title: 'Last Use', width: 19, cell: ({ lastUsedAt }) => times.of(lastUsedAt) },
      { title: 'Scopes', cell: (key) => key.scopes.join(' ') },
    ];
    out.table(columns, keys);
  }
  return undefined;
}

async function create(session: Session, name: string, { scope, tenant, days }: CreateOptions): Promise<undefined> {
  if (!NAME.test(name)) throw new UsageError('A name is 1 to 64 letters, digits, spaces and . _ @ -');
  if (tenant !== undefined && !isTenantName(tenant)) {
    throw new UsageError('A tenant is 1 to 63 of a-z, 0-9 and . _ -, and begins with a letter or a digit.');
  }
  const order = {
    name,
    scopes: scope,
    ...(tenant !== undefined && { tenant }),
    ...(days !== undefined && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
  };
  const made = await new Keys(session.artifacts.entries).create(order, operatorName());
  await noteAccess(session, 'keys.create', made.key);
  print(session, made);
  return undefined;
}

async function rotate(session: Session, id: string, { overlap }: { overlap: number }): Promise<undefined> {
  const made = await new Keys(session.artifacts.entries).rotate(id, overlap, operatorName());
  await noteAccess(session, 'keys.rotate', made.key);
  print(session, made);
  return undefined;
}

async function revoke(session: Session, id: string, { reason }: { reason?: string }): Promise<undefined> {
  const key = await new Keys(session.artifacts.entries).revoke(id, operatorName(), reason);
  await noteAccess(session, 'keys.revoke', key, reason);
  if (session.out.asJson) session.out.json({ key });
  else session.out.line(`The key ${id} (${key.name}) opens nothing any more.`);
  return undefined;
}

function print({ out }: Session, { key, secret }: MadeKey): void {
  if (out.asJson) {
    out.json({ key: { ...key, secret } });
    return;
  }
  out.line(secret);
  out.note(
    `This is the key ${key.id} (${key.name}). It is shown this once, and kept nowhere: put it where its user finds it.`,
  );
}
