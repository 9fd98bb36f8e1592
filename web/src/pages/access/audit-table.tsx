import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { Id, Time } from '../../components/bits';
import { Table } from '../../components/table';
import { texts } from '../../texts';

type Record = Schemas['AuditRecord'];
/** What a task's ID looks like; other objects have no page. */
const TASK = /^(?:\/v1\/tasks\/)?([a-z][a-zA-Z0-9.-]*(?::|%3A)[0-9a-z-]{20,})$/;

export function AuditTable({
  records,
  onPick,
}: {
  records: readonly Record[];
  onPick(filter: 'actor' | 'action', value: string): void;
}) {
  return (
    <Table
      stacked
      label={texts.access.auditLog}
      columns={[
        texts.access.when,
        texts.access.who,
        texts.access.action,
        texts.access.about,
        texts.access.outcome,
        texts.access.why,
        texts.access.from,
        texts.access.request,
      ]}
      empty={texts.access.noRecords}
    >
      {records.map((record, index) => {
        const { at, actor, by, tenant, action, object, outcome, reason, requestId, address } = record;
        const who = actor?.name ?? by;
        return (
          <tr key={`${at}${requestId ?? index}`}>
            <td>
              <Time at={at} />
            </td>
            <td>
              {who ? (
                <button type="button" className="link" onClick={() => onPick('actor', who)}>
                  {who}
                </button>
              ) : (
                <span className="faint">–</span>
              )}
              {tenant && <span className="faint"> {tenant}</span>}
            </td>
            <td>
              <button type="button" className="link" onClick={() => onPick('action', action)}>
                {action}
              </button>
            </td>
            <td>
              <About object={object} />
            </td>
            <td className={outcome === 'done' ? undefined : 'fault'}>{outcome}</td>
            <td className="muted breakable">{reason}</td>
            <td className="faint nowrap">{address}</td>
            <td>{requestId && <Id id={requestId} />}</td>
          </tr>
        );
      })}
    </Table>
  );
}

function About({ object }: { object: string | undefined }) {
  const id = decoded(TASK.exec(object ?? '')?.[1]);
  if (id === undefined) return <code className="breakable">{object}</code>;
  return (
    <Id id={id}>
      <Link className="link" to="/tasks/$id" params={{ id }}>
        <code>{id.slice(0, id.indexOf(':'))}</code>
      </Link>
    </Id>
  );
}

function decoded(id: string | undefined): string | undefined {
  return id?.replace('%3A', ':');
}
