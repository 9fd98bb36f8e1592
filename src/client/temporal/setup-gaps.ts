import { SEARCH_ATTRIBUTE_TYPES } from './search-attributes';

/** Something that a namespace lacks, and how somebody with the rights makes it. */
export interface SetupGap {
  what: 'namespace' | 'retention' | 'search-attributes';
  /** In a sentence. */
  message: string;
  /** Whether tasks cannot be taken without it. */
  needed: boolean;
  /** What to type for a server of one's own, and for Temporal Cloud; absent where nothing can be typed. */
  commands?: { temporal: string; tcld: string };
}

export function noNamespace(namespace: string, days: number): SetupGap {
  return {
    what: 'namespace',
    message: `There is no namespace ${namespace}, or it is not for this caller to see.`,
    needed: true,
    commands: {
      temporal: `temporal operator namespace create --namespace ${namespace} --retention ${days * 24}h`,
      tcld: `tcld namespace create --namespace ${namespace} --region <region> --retention-days ${days}`,
    },
  };
}

/** @param kept Days for which ended tasks are kept now. @param needed Whether a window is longer than that. */
export function shortRetention(namespace: string, days: number, kept: number, needed: boolean): SetupGap {
  return {
    what: 'retention',
    message: `Ended tasks are kept for ${Math.round(kept * 100) / 100} days in ${namespace}, not for ${days} as HOLDFAST_RETENTION_DAYS says.`,
    needed,
    commands: {
      temporal: `temporal operator namespace update --namespace ${namespace} --retention ${days * 24}h`,
      tcld: `tcld namespace retention set --namespace ${namespace} --retention-days ${days}`,
    },
  };
}

export function unseenRetention(namespace: string): SetupGap {
  return {
    what: 'retention',
    message: `How long ended tasks are kept in ${namespace} is not for this caller to see: windows are not compared with it.`,
    needed: false,
  };
}

export function missingAttributes(namespace: string, names: readonly string[]): SetupGap {
  const each = (flag: (name: string, type: string) => string) =>
    names.map((name) => flag(name, SEARCH_ATTRIBUTE_TYPES[name] ?? 'Keyword')).join(' ');
  return {
    what: 'search-attributes',
    message: `These search attributes are missing in ${namespace}: ${names.join(', ')}.`,
    needed: true,
    commands: {
      temporal: `temporal operator search-attribute create --namespace ${namespace} ${each((name, type) => `--name ${name} --type ${type}`)}`,
      tcld: `tcld namespace search-attributes add --namespace ${namespace} ${each((name, type) => `--search-attribute "${name}=${type}"`)}`,
    },
  };
}

export function wrongAttributes(namespace: string, names: readonly string[]): SetupGap {
  const types = names.map((name) => `${name} must be ${SEARCH_ATTRIBUTE_TYPES[name]}`).join(', ');
  return {
    what: 'search-attributes',
    message: `These search attributes of ${namespace} have another type: ${types}. Remove them, or use another namespace.`,
    needed: true,
  };
}

/** What a process says that cannot start, or may yet. */
export function gapsText(gaps: readonly SetupGap[]): string {
  return gaps
    .flatMap(({ message, commands }) => [
      message,
      ...(commands ? [`  ${commands.temporal}`, `  or in Temporal Cloud: ${commands.tcld}`] : []),
    ])
    .join('\n');
}
