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
import { texts } from '../../texts';
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
              {texts.types.itsTasks}
            </Link>
            <Link className="button primary" to="/new" search={{ type }}>
              <Icon name="plus" /> {texts.types.new}
            </Link>
          </div>
        </div>
        <p className="muted">{summary}</p>
        <p>{policyWords(policy)}.</p>
        {keyFrom && <p className="muted">{texts.types.inputIsKey}</p>}
        <h3>{texts.types.last24Hours}</h3>
        {known === undefined ? (
          <Skeleton lines={2} />
        ) : known ? (
          <Figures figures={figures} />
        ) : (
          <NotAvailable what={texts.types.figuresOverTime} />
        )}
      </Panel>
      <Panel title={texts.types.input} flush>
        <SchemaTable schema={contract.input as Schema} />
      </Panel>
      <Panel title={texts.types.policy} flush>
        <Table label={texts.types.policy}>
          {policyRows(policy).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title={texts.types.codeThatSubmits}>
        <div className="stack tight">
          <Code text={typescriptOf(order)} label={texts.types.typeScriptCall} />
          <Code text={curlOf(order)} label={texts.types.curlCommand} />
        </div>
      </Panel>
      <Panel title={texts.types.schemas}>
        <details className="fold">
          <summary>{texts.types.inputAsJSONSchema}</summary>
          <JsonView value={contract.input} label={texts.types.theInputSchema} />
        </details>
        <details className="fold">
          <summary>{texts.types.resultAsJSONSchema}</summary>
          <JsonView value={contract.output} label={texts.types.theResultSchema} />
        </details>
      </Panel>
    </>
  );
}

function Figures({ figures }: { figures: DetailsProps['figures'] }) {
  if (!figures) return <p className="muted">{texts.types.noneRan}</p>;
  const { open, completed, failed, wait, run } = figures;
  const ended = completed + failed;
  const both = (one: typeof wait) => one && `${duration(one.p50)} / ${duration(one.p95)}`;
  return (
    <Facts
      items={[
        [texts.types.openNow, count(open)],
        [texts.types.completed, count(completed)],
        [texts.types.failed, ended > 0 ? `${count(failed)} (${percent(failed / ended)})` : count(failed)],
        [texts.types.waited, both(wait) ?? '–'],
        [texts.types.ran, both(run) ?? '–'],
      ]}
    />
  );
}
