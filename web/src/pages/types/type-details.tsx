import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import type { TypeFigures } from '../../api/insights';
import { Facts, Panel, Skeleton } from '../../components/bits';
import { Code } from '../../components/code';
import { Icon } from '../../components/icons';
import { JsonView } from '../../components/json-view';
import { NotAvailable } from '../../components/made';
import type { Schema } from '../../components/schema-form/schema';
import { Table } from '../../components/table';
import { count, percent } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { curlOf, typescriptOf } from '../new-task/snippets';
import { policyRows, policyWords } from './policy-words';
import { SchemaTable } from './schema-table';

interface DetailsProps {
  contract: Schemas['TaskTypes']['taskTypes'][number];
  figures?: TypeFigures['types'][number] | undefined;
  /** Whether the API counts types at all; undefined while it is asked. */
  known: boolean | undefined;
}

export function TypeDetails({ contract, figures, known }: DetailsProps) {
  const { type, summary, policy, example, keyFrom } = contract;
  const order = { type, input: example, options: {} };
  return (
    <>
      <Panel>
        <div className="row wrap between">
          <h2 className="big">{type}</h2>
          <div className="row">
            <Link className="button" to="/tasks" search={{ q: `type:${type}` }}>
              Its tasks
            </Link>
            <Link className="button primary" to="/new" search={{ type }}>
              <Icon name="plus" /> New
            </Link>
          </div>
        </div>
        <p className="muted">{summary}</p>
        <p>{policyWords(policy)}.</p>
        {keyFrom && <p className="muted">Without an idempotency key the input is the key.</p>}
        <h3>The last 24 hours</h3>
        {known === undefined ? (
          <Skeleton lines={2} />
        ) : known ? (
          <Figures figures={figures} />
        ) : (
          <NotAvailable what="Figures over time" />
        )}
      </Panel>
      <Panel title="Input" flush>
        <SchemaTable schema={contract.input as Schema} />
      </Panel>
      <Panel title="Policy" flush>
        <Table label="Policy">
          {policyRows(policy).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="The code that submits one">
        <div className="stack tight">
          <Code text={typescriptOf(order)} label="the TypeScript call" />
          <Code text={curlOf(order)} label="the curl command" />
        </div>
      </Panel>
      <Panel title="Schemas">
        <details className="fold">
          <summary>Input, as JSON Schema</summary>
          <JsonView value={contract.input} label="the schema of the input" />
        </details>
        <details className="fold">
          <summary>Result, as JSON Schema</summary>
          <JsonView value={contract.output} label="the schema of the result" />
        </details>
      </Panel>
    </>
  );
}

function Figures({ figures }: { figures: DetailsProps['figures'] }) {
  if (!figures) return <p className="muted">None ran.</p>;
  const { open, completed, failed, wait, run } = figures;
  const ended = completed + failed;
  const both = (one: typeof wait) => one && `${duration(one.p50)} / ${duration(one.p95)}`;
  return (
    <Facts
      items={[
        ['Open now', count(open)],
        ['Completed', count(completed)],
        ['Failed', ended > 0 ? `${count(failed)} (${percent(failed / ended)})` : count(failed)],
        ['Waited, p50 / p95', both(wait) ?? '–'],
        ['Ran, p50 / p95', both(run) ?? '–'],
      ]}
    />
  );
}
