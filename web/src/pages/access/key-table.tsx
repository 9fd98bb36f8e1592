import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { keysQuery } from '../../api/queries';
import { ActionDialog } from '../../components/action-dialog';
import { Id, Panel, Tag, Time } from '../../components/bits';
import { Loaded, Table } from '../../components/table';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';

type Key = Schemas['Key'];

export function KeyTable() {
  const query = useQuery(keysQuery);
  const [asked, setAsked] = useState<Key>();
  const blocked = useBlocked('admin');
  return (
    <Loaded query={query} lines={3}>
      {({ keys }) => (
        <Panel title={texts.access.apiKeys} flush>
          <Table
            stacked
            label={texts.access.apiKeys}
            columns={[
              texts.access.name,
              texts.access.state,
              texts.access.scopes,
              texts.access.tenant,
              texts.access.ends,
              texts.access.lastUse,
              [texts.access.actions, 'sr-only'],
            ]}
            empty={texts.access.noKeys}
          >
            {keys.map((key) => (
              <tr key={key.id}>
                <td>
                  <Id id={key.id}>{key.name}</Id>
                </td>
                <td className={key.state === 'active' ? undefined : 'muted'}>{key.state}</td>
                <td>
                  <span className="row wrap tight">
                    {key.scopes.map((scope) => (
                      <Tag key={scope}>{scope}</Tag>
                    ))}
                  </span>
                </td>
                <td>{key.tenant ?? <span className="faint">{texts.access.all}</span>}</td>
                <td>{key.endsAt ? <Time at={key.endsAt} /> : <span className="faint">{texts.access.never}</span>}</td>
                <td>
                  <Time at={key.lastUsedAt} />
                </td>
                <td>
                  {key.state === 'active' && (
                    <button
                      type="button"
                      className="button small danger"
                      disabled={Boolean(blocked)}
                      title={blocked}
                      aria-label={texts.access.revokeOf(key.name)}
                      onClick={() => setAsked(key)}
                    >
                      {texts.access.revokeAsk}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
          {asked && <RevokeDialog of={asked} onClose={() => setAsked(undefined)} />}
        </Panel>
      )}
    </Loaded>
  );
}

function RevokeDialog({ of, onClose }: { of: Key; onClose(): void }) {
  const send = useAction({
    send: (reason: string) =>
      data(api.POST('/v1/keys/{id}/revoke', { params: { path: { id: of.id } }, body: { ...(reason && { reason }) } })),
    said: () => texts.access.revoked(of.name),
    touches: [['keys'], ['audit']],
  });
  return (
    <ActionDialog
      title={texts.access.revokeOf(of.name)}
      explanation={texts.access.revokeExplained}
      confirm={texts.access.revoke}
      danger
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(reason) => send.mutate(reason, { onSuccess: onClose })}
    />
  );
}
