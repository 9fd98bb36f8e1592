import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { breakersQuery } from '../../api/queries';
import { signature } from '../../api/session';
import { ActionDialog } from '../../components/action-dialog';
import { EmptyState, PageHead, Panel, Time } from '../../components/bits';
import { Loaded, Table } from '../../components/table';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';

type Breaker = Schemas['Breaker'];
type Action = 'open' | 'close' | 'reset';

const STATES: Record<Breaker['state'], { name: string; tone: string; means: string }> = {
  open: { name: texts.breakers.open, tone: 'dead-lettered', means: texts.breakers.openMeans },
  'half-open': { name: texts.breakers.halfOpen, tone: 'retrying', means: texts.breakers.halfOpenMeans },
  closed: { name: texts.breakers.closed, tone: 'completed', means: texts.breakers.closedMeans },
};
const ORDER: Record<Breaker['state'], number> = { open: 0, 'half-open': 1, closed: 2 };

const ACTIONS: Record<Action, { name: string; done: string; does: string }> = {
  open: {
    name: texts.breakers.open,
    done: texts.breakers.opened,
    does: texts.breakers.openDoes,
  },
  close: {
    name: texts.breakers.close,
    done: texts.breakers.closed,
    does: texts.breakers.closeDoes,
  },
  reset: { name: texts.breakers.reset, done: texts.breakers.reset, does: texts.breakers.resetDoes },
};

/** What guards the calls to other systems, the open ones first. */
export function Breakers() {
  const query = useQuery({ ...breakersQuery, refetchInterval: 15_000 });
  return (
    <Loaded query={query} lines={6} title={texts.breakers.breakers}>
      {({ breakers }) => <BreakerList known={breakers} />}
    </Loaded>
  );
}

function BreakerList({ known }: { known: readonly Breaker[] }) {
  const [asked, setAsked] = useState<{ breaker: Breaker; action: Action }>();
  const breakers = [...known].sort(
    (one, other) => ORDER[one.state] - ORDER[other.state] || one.name.localeCompare(other.name),
  );
  const open = breakers.filter(({ state }) => state !== 'closed').length;
  return (
    <>
      <PageHead
        title={texts.breakers.breakers}
        meta={
          breakers.length > 0 &&
          (open === 0
            ? texts.breakers.noneOpen(count(breakers.length))
            : texts.breakers.notClosed(count(breakers.length), count(open)))
        }
      />
      {breakers.length === 0 ? (
        <EmptyState {...texts.nothing.breakers} />
      ) : (
        <Panel flush>
          <Table
            stacked
            label={texts.breakers.breakers}
            columns={[
              texts.breakers.breaker,
              texts.breakers.state,
              texts.breakers.since,
              [texts.breakers.failures, 'number'],
              [texts.breakers.opened, 'number'],
              texts.breakers.nextProbe,
              [texts.breakers.actions, 'sr-only'],
            ]}
          >
            {breakers.map((breaker) => (
              <Row key={breaker.name} breaker={breaker} onAsk={(action) => setAsked({ breaker, action })} />
            ))}
          </Table>
        </Panel>
      )}
      {asked && <BreakerDialog {...asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function Row({ breaker, onAsk }: { breaker: Breaker; onAsk(action: Action): void }) {
  const { name, state, since, failures, opened, openUntil, lastFailure, operator } = breaker;
  const blocked = useBlocked('operate', { installation: true });
  const actions: readonly Action[] = state === 'closed' ? ['open', 'reset'] : ['close', 'reset'];
  return (
    <tr>
      <td className="name-cell why-cell">
        <code className="breakable">{name}</code>
        {operator && (
          <p className="muted small">
            {texts.breakers.doneBy(ACTIONS[operator.action].done, operator.by ?? texts.breakers.anOperator)}
            {operator.reason && `: ${operator.reason}`}
          </p>
        )}
        {lastFailure && (
          <p className="muted small">
            <code>{lastFailure.code}</code> {lastFailure.message}{' '}
            <Link className="link nowrap" to="/tasks/$id" params={{ id: lastFailure.task }}>
              {texts.breakers.itsTask}
            </Link>
          </p>
        )}
      </td>
      <td>
        <span className={`badge state-${STATES[state].tone}`} title={STATES[state].means}>
          <BreakerShape state={state} /> {STATES[state].name}
        </span>
      </td>
      <td>
        <Time at={since} />
      </td>
      <td className="number">{count(failures)}</td>
      <td className="number">{count(opened)}</td>
      <td>{openUntil && state === 'open' ? <Time at={openUntil} /> : <span className="faint">–</span>}</td>
      <td>
        <div className="row end">
          {actions.map((action) => (
            <button
              key={action}
              type="button"
              className="button small"
              disabled={Boolean(blocked)}
              title={blocked}
              aria-label={`${ACTIONS[action].name} ${name}`}
              onClick={() => onAsk(action)}
            >
              {ACTIONS[action].name}…
            </button>
          ))}
        </div>
      </td>
    </tr>
  );
}

function BreakerDialog({ breaker, action, onClose }: { breaker: Breaker; action: Action; onClose(): void }) {
  const [minutes, setMinutes] = useState('');
  const send = useAction({
    send: (reason: string) =>
      data<Breaker>(
        api.POST(`/v1/breakers/{name}/${action}` as '/v1/breakers/{name}/open', {
          params: { path: { name: breaker.name } },
          body: {
            ...signature(),
            ...(reason && { reason }),
            ...(action === 'open' && minutes && { seconds: Number(minutes) * 60 }),
          },
        }),
      ),
    said: () => texts.breakers.accepted(breaker.name, ACTIONS[action].name.toLowerCase()),
    touches: [['breakers']],
  });
  return (
    <ActionDialog
      title={`${ACTIONS[action].name} ${breaker.name}`}
      explanation={ACTIONS[action].does}
      confirm={ACTIONS[action].name}
      danger={action === 'open'}
      reason="required"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(reason) => send.mutate(reason, { onSuccess: onClose })}
    >
      {action === 'open' && (
        <label>
          {texts.breakers.forMinutes} <span className="faint">{texts.breakers.minutesHint}</span>
          <input
            type="number"
            min={1}
            max={1440}
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        </label>
      )}
    </ActionDialog>
  );
}

/** A switch: its lever is up, half up or down. */
function BreakerShape({ state }: { state: Breaker['state'] }) {
  const lever = { open: 'M4 10 11 4', 'half-open': 'M4 10 12 7.5', closed: 'M4 10h8' }[state];
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={`M0.9 10H3M13 10h2.1${lever}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
      <circle cx="3.6" cy="10" r="1.9" fill="currentColor" />
      <circle cx="12.4" cy="10" r="1.9" fill="currentColor" />
    </svg>
  );
}
