import type { Command } from 'commander';
import { Sessions, type SessionView } from '../../access/sessions';
import { refuseOtherWords } from '../groups';
import { headed } from '../head';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { UsageError } from '../usage-error';
import { noteAccess } from './note-access';

/** Who is signed in at the dashboard, right in the artifact store: also while the API is away. */
export function addSessions(program: Command, runner: Runner): void {
  const sessions = headed(program.command('sessions'), {
    summary: 'list the sessions at the dashboard, or end one',
    description: 'Sessions of people and keys at the dashboard, of the last twelve hours.',
    examples: ['holdfast sessions', 'holdfast sessions end 0123456789abcdef0123456789abcdef'],
  });
  runner
    .common(sessions.command('list', { isDefault: true }))
    .summary('list them; also what no word does')
    .action(runner.run<[], object>('listing sessions', list));
  runner
    .common(sessions.command('end'))
    .argument('<id>')
    .summary('end one, everywhere within seconds')
    .option('--reason <text>', 'why')
    .action(runner.run<[string], { reason?: string }>('ending the session', end));
  refuseOtherWords(sessions);
}

async function list({ artifacts, out, times }: Session): Promise<undefined> {
  const sessions = await new Sessions(artifacts.entries).list();
  if (out.asJson) out.json({ sessions });
  else if (sessions.length === 0) out.line('Nobody is signed in.');
  else {
    const columns: Column<SessionView>[] = [
      { title: 'ID', width: 32, cell: ({ id }) => id },
      { title: 'Who', width: 24, cell: ({ name }) => name },
      { title: 'With', width: 8, cell: ({ by }) => by },
      { title: 'Tenant', width: 16, cell: ({ tenant }) => tenant ?? '' },
      { title: 'Since', cell: ({ startedAt }) => times.of(startedAt) },
    ];
    out.table(columns, sessions);
  }
  return undefined;
}

async function end(session: Session, id: string, { reason }: { reason?: string }): Promise<undefined> {
  const sessions = new Sessions(session.artifacts.entries);
  const found = (await sessions.list()).find((one) => one.id === id);
  if (!found) throw new UsageError(`There is no session ${id}; holdfast sessions lists them.`);
  await sessions.end(found);
  await noteAccess(session, 'sessions.end', found, reason);
  if (session.out.asJson) session.out.json({ session: found });
  else session.out.line(`The session of ${found.name} has ended.`);
  return undefined;
}
