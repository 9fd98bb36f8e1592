import type { Check } from './check';

const KIND = 'duplicate-rate';
const WINDOW_MS = 3600_000;
/** Of fewer submissions a rate says nothing. */
const FEWEST = 20;

/** Callers submit the same again and again. @param limit Percent. */
export function duplicateCheck(limit: number): Check {
  return {
    kinds: [KIND],
    find: async ({ submissions }) => {
      const recent = submissions.filter(({ at }) => Date.parse(at) > Date.now() - WINDOW_MS);
      const submitted = recent.reduce((sum, one) => sum + one.submitted, 0);
      const duplicates = recent.reduce((sum, one) => sum + one.duplicates, 0);
      if (submitted < FEWEST || duplicates * 100 <= limit * submitted) return [];
      const percent = Math.round((1000 * duplicates) / submitted) / 10;
      return [
        {
          key: KIND,
          severity: 'WARNING',
          title: 'Many submissions are duplicates',
          message: `${percent} % of the last hour's ${submitted} submissions were duplicates, more than ${limit} %.`,
          value: percent,
          todo: 'Each got the first answer; none ran twice. Look for a caller that repeats itself: holdfast_tasks_duplicates_total says of which task type.',
        },
      ];
    },
  };
}
