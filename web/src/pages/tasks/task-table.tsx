import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Task } from '../../api/client';
import { StateBadge, shortId, Tag, Time } from '../../components/bits';
import { useHotkeys } from '../../lib/hotkeys';
import { texts } from '../../texts';

/** Of two lines where there is little room. */
const ROW_PX = { wide: 44, narrow: 60 };
const NARROW = matchMedia('(max-width: 760px)');

interface TaskTableProps {
  tasks: readonly Task[];
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
  more: boolean;
  loading: boolean;
  onMore(): void;
}

/** Only what is in sight is drawn, so that a hundred thousand rows scroll like ten. */
export function TaskTable({ tasks, selected, onSelect, more, loading, onMore }: TaskTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [cursor, setCursor] = useState(-1);
  const narrow = useSyncExternalStore(onNarrow, () => NARROW.matches);
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (narrow ? ROW_PX.narrow : ROW_PX.wide),
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is measured anew when the room changes
  useEffect(() => rows.measure(), [narrow]);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= tasks.length - 20) onMore();
  }, [more, loading, last, tasks.length, onMore]);

  const move = (to: number) => {
    const next = Math.min(Math.max(to, 0), tasks.length - 1);
    setCursor(next);
    rows.scrollToIndex(next, { align: 'auto' });
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const open = (task: Task | undefined) => task && void navigate({ to: '/tasks/$id', params: { id: task.id } });
  const openCursor = () => open(tasks[cursor]);
  useHotkeys({
    j: () => move(cursor + 1),
    k: () => move(cursor - 1),
    x: () => tasks[cursor] && toggle(tasks[cursor].id),
    Enter: openCursor,
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: cursor + 1, ArrowUp: cursor - 1, Home: 0, End: tasks.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };

  const allSelected = tasks.length > 0 && tasks.every(({ id }) => selected.has(id));
  return (
    <div className="table-box">
      <div className="table-head task-grid" aria-hidden="true">
        <span />
        <span>{texts.tasks.state}</span>
        <span>{texts.tasks.type}</span>
        <span>{texts.tasks.task}</span>
        <span className="about">{texts.tasks.about}</span>
        <span className="wide-only">{texts.tasks.tenant}</span>
        <span>{texts.tasks.created}</span>
      </div>
      <label className="select-all">
        <input
          type="checkbox"
          checked={allSelected}
          onChange={() => onSelect(allSelected ? new Set() : new Set(tasks.map(({ id }) => id)))}
        />
        <span className="sr-only">{texts.tasks.selectAllShown(tasks.length)}</span>
      </label>
      <div
        ref={scroll}
        className="table-scroll"
        tabIndex={0}
        role="grid"
        aria-label={texts.tasks.title}
        aria-rowcount={tasks.length}
        onKeyDown={onKeyDown}
      >
        <div className="table-space" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const task = tasks[index] as Task;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the row that the keys are on
              <div
                key={key}
                role="row"
                aria-rowindex={index + 1}
                aria-selected={selected.has(task.id)}
                className={`table-row task-grid${index === cursor ? ' cursor' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => open(task)}
              >
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box itself takes keys */}
                <span role="gridcell" onClick={(event) => event.stopPropagation()}>
                  <input
                    type="checkbox"
                    checked={selected.has(task.id)}
                    aria-label={texts.tasks.selectOf(task.id)}
                    onChange={() => toggle(task.id)}
                  />
                </span>
                <span role="gridcell">
                  <StateBadge state={task.state} />
                </span>
                <span role="gridcell" className="truncate">
                  {task.type}
                </span>
                <span role="gridcell" className="truncate">
                  <a
                    href={`/tasks/${encodeURIComponent(task.id)}`}
                    title={task.id}
                    onClick={(event) => {
                      event.preventDefault();
                      event.stopPropagation();
                      open(task);
                    }}
                  >
                    <code>{shortId(task.id)}</code>
                  </a>
                </span>
                <span role="gridcell" className="truncate about">
                  {task.failure || task.parking ? (
                    <span className="muted truncate" title={task.failure?.message ?? task.parking?.message}>
                      <code>{task.failure?.code ?? task.parking?.code}</code>{' '}
                      {task.failure?.message ?? task.parking?.message}
                    </span>
                  ) : (
                    <>
                      {task.description || task.key ? (
                        <span className="truncate" title={task.description}>
                          {task.description ?? task.key}
                        </span>
                      ) : (
                        <code className="faint narrow-only">{shortId(task.id)}</code>
                      )}
                      {task.tags.slice(0, 3).map((tag) => (
                        <Tag key={tag}>{tag}</Tag>
                      ))}
                    </>
                  )}
                </span>
                <span role="gridcell" className="truncate wide-only">
                  {task.tenant ?? <span className="faint">–</span>}
                </span>
                <span role="gridcell" className="faint nowrap">
                  <Time at={task.createdAt} />
                </span>
              </div>
            );
          })}
        </div>
        {loading && <p className="faint center">{texts.loading}</p>}
      </div>
    </div>
  );
}

function onNarrow(changed: () => void): () => void {
  NARROW.addEventListener('change', changed);
  return () => NARROW.removeEventListener('change', changed);
}
