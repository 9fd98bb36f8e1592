import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useBlocked } from '../../api/may';
import { sessionsQuery } from '../../api/queries';
import { Panel, Time } from '../../components/bits';
import { Loaded, Table } from '../../components/table';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';

/** Who is signed in at a browser. */
export function SessionTable() {
  const query = useQuery(sessionsQuery);
  const blocked = useBlocked('admin');
  const end = useAction({
    send: (id: string) => data(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    said: () => texts.access.sessionHasEnded,
    touches: [['sessions'], ['audit']],
  });
  return (
    <Loaded query={query} lines={3}>
      {({ sessions }) => (
        <Panel title={texts.access.lastSessions} flush>
          <Table
            stacked
            label={texts.access.sessions}
            columns={[
              texts.access.who,
              texts.access.signedInWith,
              texts.access.tenant,
              texts.access.since,
              [texts.access.actions, 'sr-only'],
            ]}
            empty={texts.access.nobodySignedIn}
          >
            {sessions.map(({ id, name, by, tenant, startedAt }) => (
              <tr key={id}>
                <td>{name}</td>
                <td>{by === 'key' ? texts.access.withKey : texts.access.withAccount}</td>
                <td>{tenant ?? <span className="faint">{texts.access.all}</span>}</td>
                <td>
                  <Time at={startedAt} />
                </td>
                <td>
                  <button
                    type="button"
                    className="button small danger"
                    disabled={Boolean(blocked) || end.isPending}
                    title={blocked}
                    aria-label={texts.access.endSession(name)}
                    onClick={() => end.mutate(id)}
                  >
                    {texts.access.end}
                  </button>
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </Loaded>
  );
}
