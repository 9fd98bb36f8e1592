import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useBlocked } from '../../api/may';
import { sessionsQuery } from '../../api/queries';
import { ErrorState, Panel, Skeleton, Time } from '../../components/bits';
import { useAction } from '../../components/use-action';
import { Wide } from '../../components/wide';

/** Who is signed in at a browser. */
export function SessionTable() {
  const { data: answer, error, refetch } = useQuery(sessionsQuery);
  const blocked = useBlocked('admin');
  const end = useAction({
    send: (id: string) => data(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    said: () => 'The session has ended.',
    touches: [['sessions'], ['audit']],
  });
  if (error && !answer) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!answer) return <Skeleton lines={3} />;
  return (
    <Panel title="Sessions of the last 12 hours" flush>
      <Wide label="Sessions">
        <table className="table">
          <thead>
            <tr>
              <th>Who</th>
              <th>Signed in with</th>
              <th>Tenant</th>
              <th>Since</th>
              <th>
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.sessions.map(({ id, name, by, tenant, startedAt }) => (
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
            {answer.sessions.length === 0 && (
              <tr>
                <td colSpan={5} className="muted">
                  Nobody is signed in.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </Wide>
    </Panel>
  );
}
