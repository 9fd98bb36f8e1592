/** The categories: each names a default policy. All times are seconds. */
const MINUTE = 60;
const HOUR = 3600;

interface CategoryPolicy {
  window: number;
  attempts: number;
  firstDelay: number;
  curve: 'exponential' | 'linear';
  cap: number;
  queue: string;
  priority: number;
}

export const CATEGORIES = {
  critical: {
    window: 4 * HOUR,
    attempts: 5,
    firstDelay: MINUTE,
    curve: 'exponential',
    cap: 600,
    queue: 'critical',
    priority: 1,
  },
  high: {
    window: 2 * HOUR,
    attempts: 3,
    firstDelay: MINUTE,
    curve: 'exponential',
    cap: 600,
    queue: 'default',
    priority: 2,
  },
  default: {
    window: HOUR,
    attempts: 3,
    firstDelay: MINUTE,
    curve: 'exponential',
    cap: 600,
    queue: 'default',
    priority: 3,
  },
  reports: {
    window: 24 * HOUR,
    attempts: 3,
    firstDelay: 300,
    curve: 'linear',
    cap: 900,
    queue: 'reports',
    priority: 3,
  },
  email: {
    window: 2 * HOUR,
    attempts: 5,
    firstDelay: 2 * MINUTE,
    curve: 'exponential',
    cap: 1800,
    queue: 'email',
    priority: 3,
  },
  mutations: {
    window: 6 * HOUR,
    attempts: 4,
    firstDelay: MINUTE,
    curve: 'exponential',
    cap: 600,
    queue: 'default',
    priority: 3,
  },
  maintenance: {
    window: 12 * HOUR,
    attempts: 2,
    firstDelay: 300,
    curve: 'linear',
    cap: 3600,
    queue: 'maintenance',
    priority: 4,
  },
} as const satisfies Record<string, CategoryPolicy>;

export type Category = keyof typeof CATEGORIES;
export const CATEGORY_NAMES = Object.keys(CATEGORIES) as [Category, ...Category[]];
