import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { taskTypesQuery } from '../../api/queries';
import { Fault } from '../../components/bits';
import { Icon } from '../../components/icons';
import { QUALIFIERS } from '../../lib/search';
import { STATES, texts } from '../../texts';

interface SearchLineProps {
  value: string;
  faults: readonly string[];
  words: readonly string[];
  onSearch(text: string): void;
}

const CLASSES = ['transient', 'external', 'configuration', 'permanent', 'unknown'];
const CREATED = ['<1h', '<24h', '>1h', '>24h', '>7d'];

/** One line with qualifiers, completed while typing; applied on Enter, and part of the address then. */
export function SearchLine({ value, faults, words, onSearch }: SearchLineProps) {
  const [text, setText] = useState(value);
  const navigate = useNavigate();
  const list = useId();
  useEffect(() => setText(value), [value]);
  const suggestions = useSuggestions(text);
  const id = words.length === 1 && words[0]?.includes(':') ? words[0] : undefined;
  const faultTexts = [...faults, ...(id ? [] : words.map((word) => texts.tasks.noQualifier(word)))];
  return (
    <form
      className="search-line"
      role="search"
      aria-label={texts.tasks.filterTasks}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <div className="field">
        <Icon name="search" />
        <input
          type="search"
          value={text}
          list={list}
          onChange={(event) => setText(event.target.value)}
          placeholder={texts.tasks.searchExample}
          aria-label={texts.tasks.filterByQualifiers}
          autoComplete="off"
          spellCheck={false}
        />
        <datalist id={list}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
      {id && (
        <button type="button" className="button" onClick={() => void navigate({ to: '/tasks/$id', params: { id } })}>
          {texts.tasks.openTask(id)}
        </button>
      )}
      <Fault text={faultTexts.join('. ')} />
    </form>
  );
}

/** What the last word could become. */
function useSuggestions(text: string): string[] {
  const { data } = useQuery(taskTypesQuery);
  const [, before = '', word = ''] = /^(.*?)(\S*)$/.exec(text) ?? [];
  const [name, begun] = word.split(':', 2);
  const values: Record<string, readonly string[]> = {
    type: data?.taskTypes.map(({ type }) => type) ?? [],
    state: STATES,
    class: CLASSES,
    created: CREATED,
  };
  if (begun !== undefined) {
    return (values[name ?? ''] ?? []).filter((one) => one.startsWith(begun)).map((one) => `${before}${name}:${one}`);
  }
  return Object.keys(QUALIFIERS)
    .filter((one) => one.startsWith(word))
    .map((one) => `${before}${one}:`);
}
