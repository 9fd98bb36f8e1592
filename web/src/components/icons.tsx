import type { ReactNode } from 'react';

const PATHS = {
  overview: 'M3 12h5l2.5-7 4 14 2.5-7h4',
  tasks: 'M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01',
  'dead-letters': 'M12 9v4m0 4h.01M10.3 3.9 2.4 17.6A2 2 0 0 0 4.1 20.6h15.8a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z',
  batches: 'M12 3 3 8l9 5 9-5-9-5zM3 13l9 5 9-5M3 17.5l9 5 9-5',
  schedules: 'M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  queues: 'M4 5h16v5H4zM4 14h16v5H4zM7.5 7.5h.01M7.5 16.5h.01',
  breakers: 'M13 2 4 14h7l-1 8 9-12h-7l1-8z',
  webhooks: 'M18 16a3 3 0 1 1-2.6 4.5H9M12 8a3 3 0 1 1 2.8-4.2M6 16a3 3 0 1 0 2.7 4.3M12 8l-3.2 5.6M14.6 7l3.5 6',
  types: 'M20 7.5 12 3 4 7.5v9L12 21l8-4.5v-9zM4 7.5l8 4.5m0 0 8-4.5M12 12v9',
  access: 'M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6l-7-3zM9.5 12l2 2 3.5-4',
  search: 'M21 21l-4.3-4.3M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M5 12h.6M11.7 12h.6M18.4 12h.6',
  next: 'M9 6l6 6-6 6',
  down: 'M6 9l6 6 6-6',
  external: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  plus: 'M12 5v14M5 12h14',
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  system: 'M3 5h18v11H3zM8 20h8M12 16v4',
  file: 'M14 3H6v18h12V7l-4-4zM14 3v4h4',
  refresh: 'M20 11a8 8 0 1 0-2 6M20 5v6h-6',
  download: 'M12 4v11m0 0-4-4m4 4 4-4M4 20h16',
} as const;
export type IconName = keyof typeof PATHS;

/** Decoration only: what it says stands beside it as text, or is its button's label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === 'more' ? 3 : 1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

const SHAPES: Record<string, ReactNode> = {
  scheduled: (
    <path
      d="M8 4.5V8l2.2 1.4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
    />
  ),
  queued: <circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.7" strokeDasharray="2.6 2" />,
  running: <path d="M5 3.2v9.6L13 8z" fill="currentColor" />,
  retrying: (
    <path
      d="M13 7A5.2 5.2 0 1 0 11.6 11.6M13.2 3.4V7h-3.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  paused: <path d="M5.5 3.5v9M10.5 3.5v9" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  'dead-lettered': (
    <path
      d="M8 1.8 14.6 13.4H1.4zM8 6.2v3.2M8 11.3v.1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  completed: (
    <path
      d="M3 8.5l3.2 3.2L13 4.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.1"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  failed: <path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" strokeWidth="2.1" strokeLinecap="round" />,
  cancelled: (
    <path
      d="M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0zM4.2 4.2l7.6 7.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
};

/** Each state has a shape of its own, so that nobody needs its colour. */
export function StateShape({ state }: { state: string }) {
  return (
    <svg width="13" height="13" viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[state] ?? SHAPES.queued}
    </svg>
  );
}
