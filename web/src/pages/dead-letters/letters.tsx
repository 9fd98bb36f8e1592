import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { Id, Panel, shortId, Time } from '../../components/bits';
import { Table } from '../../components/table';
import { texts } from '../../texts';

/** The dead letters one by one, a page at a time. */
export function Letters({ query }: { query: UseInfiniteQueryResult<InfiniteData<Schemas['DeadLetterPage']>> }) {
  const letters = query.data?.pages.flatMap(({ deadLetters }) => deadLetters) ?? [];
  if (letters.length === 0 && !query.hasNextPage) return null;
  return (
    <Panel title={texts.deadLetters.oneByOne} flush>
      <Table
        stacked
        label={texts.deadLetters.deadLetters}
        columns={[
          texts.deadLetters.task,
          texts.deadLetters.type,
          texts.deadLetters.failure,
          [texts.deadLetters.attempts, 'number'],
          [texts.deadLetters.nextRedrive, 'number'],
          [texts.deadLetters.since, 'number'],
        ]}
      >
        {letters.map((letter) => (
          <tr key={letter.runId}>
            <td>
              <Id id={letter.id}>
                <Link className="link" to="/tasks/$id" params={{ id: letter.id }} title={letter.id}>
                  <code>{shortId(letter.id)}</code>
                </Link>
              </Id>
            </td>
            <td className="nowrap">{letter.type}</td>
            <td className="truncate" title={letter.message}>
              <code>{letter.code}</code> <span className="muted">{letter.message}</span>
            </td>
            <td className="number">{letter.attempts}</td>
            <td className="number">
              {letter.nextRedriveAt ? (
                <Time at={letter.nextRedriveAt} />
              ) : (
                <span className="faint">{texts.deadLetters.none}</span>
              )}
            </td>
            <td className="number">
              <Time at={letter.since} />
            </td>
          </tr>
        ))}
      </Table>
      {query.hasNextPage && (
        <p className="center">
          <button
            type="button"
            className="button"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? texts.loading : texts.deadLetters.loadMore}
          </button>
        </p>
      )}
    </Panel>
  );
}
