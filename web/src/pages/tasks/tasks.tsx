import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { tasksQuery } from '../../api/queries';
import { EmptyState, ErrorState, PageHead, Skeleton } from '../../components/bits';
import { NewTaskLink } from '../../components/new-task-link';
import { parseQuery, withQualifier } from '../../lib/search';
import { STATE_NAMES, STATES, texts } from '../../texts';
import { BulkBar } from './bulk-bar';
import { SavedViews } from './saved-views';
import { SearchLine } from './search-line';
import { TaskTable } from './task-table';
import { useHeldRows } from './use-held-rows';

/** Every task, by one search line; rows are selected one by one, or as all that match. */
export function Tasks() {
  const { q = '' } = useSearch({ from: '/tasks' });
  const navigate = useNavigate();
  const query = useMemo(() => parseQuery(q), [q]);
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    tasksQuery(query.filter),
  );
  const rows = useMemo(() => data?.pages.flatMap(({ tasks }) => tasks) ?? [], [data]);
  const { shown, waiting, release } = useHeldRows(rows, q);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const search = (text: string) => navigate({ to: '/tasks', search: text ? { q: text } : {}, replace: true });
  const state = query.filter.state;

  return (
    <>
      <PageHead title={texts.tasks.title}>
        <SavedViews query={q} />
      </PageHead>
      <SearchLine value={q} faults={query.faults} words={query.words} onSearch={(text) => void search(text)} />
      <div className="chips" role="group" aria-label={texts.tasks.state}>
        <button
          type="button"
          className="chip"
          aria-pressed={!state}
          onClick={() => void search(withQualifier(q, 'state', undefined))}
        >
          {texts.tasks.all}
        </button>
        {STATES.map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={state === one}
            onClick={() => void search(withQualifier(q, 'state', one))}
          >
            {STATE_NAMES[one]}
          </button>
        ))}
      </div>
      {waiting > 0 && (
        <button type="button" className="button quiet new-rows" onClick={release}>
          {texts.newRows(waiting)}
        </button>
      )}
      {isPending ? (
        <Skeleton lines={10} />
      ) : error && rows.length === 0 ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : shown.length === 0 && !hasNextPage ? (
        <EmptyState {...(q ? texts.nothing.filtered : texts.nothing.tasks)}>
          {!q && <NewTaskLink />}
          {q && (
            <button type="button" className="button" onClick={() => void search('')}>
              {texts.tasks.clearSearch}
            </button>
          )}
        </EmptyState>
      ) : (
        <TaskTable
          tasks={shown}
          selected={selected}
          onSelect={setSelected}
          more={hasNextPage}
          loading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        />
      )}
      {shown.length > 0 && <BulkBar filter={query.filter} selected={selected} onDone={() => setSelected(new Set())} />}
    </>
  );
}
