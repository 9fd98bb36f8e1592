import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRefused } from '../../api/may';
import { auditQuery } from '../../api/queries';
import { EmptyState, PageHead, Panel } from '../../components/bits';
import { Loaded } from '../../components/table';
import { texts } from '../../texts';
import { AuditTable } from './audit-table';
import { KeyTable } from './key-table';
import { SessionTable } from './session-table';

/** Who can get in, who is in, and who did what. */
export function Access() {
  const refused = useRefused('admin');
  if (refused) {
    return (
      <>
        <PageHead title={texts.access.access} />
        <EmptyState title={texts.access.forAdministrators} hint={refused} />
      </>
    );
  }
  return (
    <>
      <PageHead title={texts.access.access} meta={texts.access.explained} />
      <KeyTable />
      <SessionTable />
      <Audit />
    </>
  );
}

function Audit() {
  const { day, actor, action } = useSearch({ from: '/access' });
  const navigate = useNavigate();
  const filter = { ...(day && { day }), ...(actor && { actor }), ...(action && { action }) };
  const query = useQuery(auditQuery(filter));
  const change = (name: string, value: string) => {
    const { [name as keyof typeof filter]: _before, ...rest } = filter;
    void navigate({ to: '/access', search: { ...rest, ...(value && { [name]: value }) }, replace: true });
  };
  return (
    <Panel title={texts.access.auditLog} flush>
      <div className="row wrap padded form">
        <label>
          {texts.access.day}
          <select value={day ?? ''} onChange={(event) => change('day', event.target.value)}>
            <option value="">{texts.access.today}</option>
            {[...(query.data?.days ?? [])].reverse().map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          {texts.access.who}
          <input
            key={actor}
            defaultValue={actor ?? ''}
            maxLength={200}
            onBlur={(event) => change('actor', event.target.value.trim())}
          />
        </label>
        <label>
          {texts.access.action}
          <input
            key={action}
            defaultValue={action ?? ''}
            maxLength={100}
            onBlur={(event) => change('action', event.target.value.trim())}
          />
        </label>
      </div>
      <Loaded query={query} lines={6}>
        {({ records }) => <AuditTable records={records} onPick={change} />}
      </Loaded>
    </Panel>
  );
}
