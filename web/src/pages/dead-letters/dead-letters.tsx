import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type FailureGroup, failureGroupsQuery } from '../../api/insights';
import { useRefused } from '../../api/may';
import { deadLettersQuery } from '../../api/queries';
import { EmptyState, PageHead } from '../../components/bits';
import { Icon } from '../../components/icons';
import { Made } from '../../components/made';
import { Segmented } from '../../components/segmented';
import { Loaded } from '../../components/table';
import { count } from '../../lib/numbers';
import { parseQuery, type Query, withQualifier } from '../../lib/search';
import { duration } from '../../lib/time';
import { texts } from '../../texts';
import { BulkDialog } from '../tasks/bulk-dialog';
import { SearchLine } from '../tasks/search-line';
import { GroupCard } from './group-card';
import { Letters } from './letters';

/** What failed and waits for a person, by the failure that it has in common. */
export function DeadLetters() {
  const { q = '' } = useSearch({ from: '/dead-letters' });
  const unexported = useRefused('operate');
  const navigate = useNavigate();
  const query = useMemo(() => parseQuery(q), [q]);
  // Without a state the API lists what waits for a person; what was abandoned is asked for by name.
  const letters = useInfiniteQuery(deadLettersQuery(query.filter));
  const ungrouped = useRefused('read', { installation: true });
  const insight = useQuery({ ...failureGroupsQuery, enabled: !ungrouped });
  const [retry, setRetry] = useState<FailureGroup>();
  const search = (text: string) =>
    void navigate({ to: '/dead-letters', search: text ? { q: text } : {}, replace: true });
  const first = letters.data?.pages[0];
  const groups = groupsOf(first?.counts?.byFingerprint, query, insight.data?.groups ?? []);
  const counts = first?.counts;
  // A task that was abandoned has failed.
  const taskState = query.filter.state === 'abandoned' ? 'failed' : 'dead-lettered';
  const csv = `/v1/dead-letters.csv?${new URLSearchParams(query.filter)}`;
  return (
    <>
      <PageHead
        title={texts.deadLetters.deadLetters}
        meta={
          counts && (
            <>
              {texts.deadLetters.inGroups(count(counts.total), counts.exact, count(groups.length))}
              {counts.oldestSeconds !== undefined &&
                counts.total > 0 &&
                texts.deadLetters.oldestFor(duration(counts.oldestSeconds))}
            </>
          )
        }
      >
        {unexported ? (
          <button type="button" className="button" disabled title={unexported}>
            <Icon name="download" /> {texts.deadLetters.csv}
          </button>
        ) : (
          <a className="button" href={csv} download="dead-letters.csv">
            <Icon name="download" /> {texts.deadLetters.csv}
          </a>
        )}
      </PageHead>
      <SearchLine value={q} faults={query.faults} words={query.words} onSearch={search} />
      <Segmented<'dead-lettered' | 'abandoned'>
        label={texts.deadLetters.which}
        options={[
          ['dead-lettered', texts.deadLetters.waiting],
          ['abandoned', texts.deadLetters.abandoned],
        ]}
        value={query.filter.state === 'abandoned' ? 'abandoned' : 'dead-lettered'}
        onChange={(state) => search(withQualifier(q, 'state', state === 'abandoned' ? state : undefined))}
      />
      <Loaded query={letters} lines={8}>
        {() => (
          <>
            {groups.length === 0 && !first?.deadLetters.length && (
              <EmptyState {...(q ? texts.nothing.filtered : texts.nothing.deadLetters)} />
            )}
            <ul className="groups">
              {groups.slice(0, SHOWN).map((group) => (
                <GroupCard
                  key={`${group.fingerprint}${group.type}`}
                  group={group}
                  state={taskState}
                  onRetry={() => setRetry(group)}
                />
              ))}
            </ul>
            {groups.length > SHOWN && (
              <p className="faint">{texts.deadLetters.smallerGroups(count(groups.length - SHOWN))}</p>
            )}
            <Made at={counts?.takenAt} exactness={counts?.exact ? 'exact' : 'partial'} />
            <Letters query={letters} />
          </>
        )}
      </Loaded>
      {retry && (
        <BulkDialog
          aim={{ filter: { state: taskState, fingerprint: retry.fingerprint, type: retry.type } }}
          onClose={() => setRetry(undefined)}
        />
      )}
    </>
  );
}

const SHOWN = 50;

/** The list has the counts; what else is known of a group (first, last, marks) is laid over it. */
function groupsOf(
  counted: readonly FailureGroup[] | undefined,
  { filter }: Query,
  known: readonly FailureGroup[],
): FailureGroup[] {
  // A count that did not come in time: what is known of all of them stands for it.
  if (!counted) return Object.keys(filter).length === 0 ? [...known] : [];
  const byName = new Map(known.map((group) => [group.fingerprint, group]));
  return counted
    .map((group) => ({ ...byName.get(group.fingerprint), ...group }))
    .sort((one, other) => other.count - one.count);
}
