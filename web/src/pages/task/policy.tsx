import type { Task } from '../../api/client';
import { Panel } from '../../components/bits';
import { JsonView } from '../../components/json-view';
import { texts } from '../../texts';
import { policyRows, policyWords } from '../types/policy-words';

/** The policy of this very task, in words; the figures beneath. */
export function PolicyOf({ task: { policy } }: { task: Task }) {
  if (!policy) {
    return (
      <Panel>
        <p className="muted">{texts.task.policyUnknown}</p>
      </Panel>
    );
  }
  return (
    <Panel>
      <div className="stack">
        <p>{policyWords(policy)}.</p>
        <dl className="value-fields">
          {policyRows(policy).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <details className="fold">
          <summary>{texts.task.asJSON}</summary>
          <JsonView value={policy} label={texts.task.thePolicy} />
        </details>
      </div>
    </Panel>
  );
}
