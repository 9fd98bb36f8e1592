import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useBlocked } from '../../api/may';
import { sessionsQuery } from '../../api/queries';
import { Panel, Time } from '../../components/bits';
import { Loaded, Table } from '../../components/table';
import { useAction } from '../../components/use-action';

/** Who is signed in at a browser. */
export function SessionTable() {
  const query = useQuery(sessionsQuery);
  const blocked = useBlocked('admin');
  const end = useAction({
    send: (id: string) => data(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    said: () => 'The session has ended.',
    touches: [['sessions'], ['audit']],
  });
  return (
    <Loaded query={query} lines={3}>
      {({ sessions }) => (
        <Panel title="Sessions of the last 12 hours" flush>
          <Table
            label="Sessions"
            columns={['Who', 'Signed in with', 'Tenant', 'Since', ['Actions', 'sr-only']]}
            empty="Nobody is signed in."
          >
            {sessions.map(({ id, name, by, tenant, startedAt }) => (
              <tr key={id}>
                <td>{name}</td>
                <td>{by === 'key' ? 'a key' : 'an account'}</td>
                <td>{tenant ?? <span className="faint">all</span>}</td>
                <td>
                  <Time at={startedAt} />
                </td>
                <td>
                  <button
                    type="button"
                    className="button small danger"
                    disabled={Boolean(blocked) || end.isPending}
                    title={blocked}
                    aria-label={`End the session of ${name}`}
                    onClick={() => end.mutate(id)}
                  >
                    End
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
