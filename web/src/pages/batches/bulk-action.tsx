import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiError } from '../../api/client';
import { bulkActionQuery } from '../../api/queries';
import { Id, PageHead, Panel, Skeleton, shortId, Time } from '../../components/bits';
import { Icon } from '../../components/icons';
import { NotYet, Table } from '../../components/table';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';
import { BulkCard } from './bulk-card';

interface ReportLine {
  id: string;
  type: string;
  outcome: string;
  at?: string;
  code?: string;
  message?: string;
  detail?: string;
}

const reportPath = (id: string) => `/v1/bulk-actions/${encodeURIComponent(id)}/report`;

/** The report is one JSON text a line; read anew when it has become longer. */
const reportQuery = (id: string, lines: number) =>
  queryOptions({
    queryKey: ['report', id, lines],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<ReportLine[]> => {
      const response = await fetch(reportPath(id), { signal });
      if (!response.ok) throw new ApiError(response.status, 'unknown', texts.batches.reportNotRead(response.status));
      const text = await response.text();
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ReportLine);
    },
  });

/** A bulk action's own page: each outcome, as it comes. */
export function BulkActionPage() {
  const { id } = useParams({ from: '/bulk-actions/$id' });
  const { data: action, error, refetch } = useQuery(bulkActionQuery(id));
  if (!action) return <NotYet title={texts.batches.bulkAction} query={{ error, refetch }} lines={6} />;
  return (
    <>
      <PageHead
        title={texts.batches.bulkAction}
        meta={
          <Link className="link" to="/batches" search={{ show: 'bulk-actions' }}>
            {texts.batches.allBulkActions}
          </Link>
        }
      >
        <a className="button" href={reportPath(id)} download={`${id.replace(':', '-')}.jsonl`}>
          <Icon name="download" /> {texts.batches.report}
        </a>
      </PageHead>
      <BulkCard action={action} linked={false} />
      <Report id={id} lines={action.done + action.movedOn + action.refused + action.failed} />
    </>
  );
}

const SHOWN = 500;

function Report({ id, lines: length }: { id: string; lines: number }) {
  const { data: lines, error } = useQuery(reportQuery(id, length));
  const [outcome, setOutcome] = useState<string>();
  const outcomes = useMemo(() => [...new Set(lines?.map((line) => line.outcome))], [lines]);
  if (error && !lines) return <p className="fault">{error.message}</p>;
  if (!lines) return <Skeleton lines={4} />;
  const chosen = outcome ? lines.filter((line) => line.outcome === outcome) : lines;
  return (
    <Panel title={texts.batches.eachTask} flush>
      {outcomes.length > 1 && (
        <div className="chips padded" role="group" aria-label={texts.batches.outcome}>
          {[undefined, ...outcomes].map((one) => (
            <button
              key={one ?? ''}
              type="button"
              className="chip"
              aria-pressed={outcome === one}
              onClick={() => setOutcome(one)}
            >
              {one ?? texts.batches.all}
            </button>
          ))}
        </div>
      )}
      <Table
        stacked
        label={texts.batches.eachTask}
        columns={[
          texts.batches.task,
          texts.batches.type,
          texts.batches.outcome,
          texts.batches.why,
          [texts.batches.when, 'number'],
        ]}
        empty={texts.batches.noneYet}
      >
        {chosen.slice(0, SHOWN).map((line) => (
          <tr key={line.id}>
            <td>
              <Id id={line.id}>
                <Link className="link" to="/tasks/$id" params={{ id: line.id }} title={line.id}>
                  <code>{shortId(line.id)}</code>
                </Link>
              </Id>
            </td>
            <td className="nowrap">{line.type}</td>
            <td>{line.outcome}</td>
            <td className="muted">{line.message ?? line.detail ?? line.code}</td>
            <td className="number">
              <Time at={line.at} />
            </td>
          </tr>
        ))}
      </Table>
      {chosen.length > SHOWN && (
        <p className="faint center">{texts.batches.firstShown(count(SHOWN), count(chosen.length))}</p>
      )}
    </Panel>
  );
}
