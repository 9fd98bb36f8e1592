/** Who may know whom. The picture is in docs/architecture.md; this file keeps it true. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...allowed.map((place) => `^src/${place}`)] },
});

const COMMON = ['errors\\.ts$'];
/** The files beside the rooms: settings, logging, version, the frame of a process. */
const ROOT = ['[a-z]+\\.ts$'];

/** Task types with a database of their own, which can be left out. */
const PACKS = ['facility/'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('tasks-know-nobody', 'tasks', [], 'Contracts are pure: no side effects, no heavy imports.'),
    only('artifacts-know-little', 'artifacts', [...COMMON, 'tasks/'], 'A leaf: it stores bytes.'),
    only('access-knows-little', 'access', [...COMMON, 'protocol/', 'tasks/', 'artifacts/'], 'Who may do what: keys, tenants, sessions, audit.'),
    only('alerts-know-words', 'alerts', [...ROOT, 'tasks/'], 'A leaf: it delivers notices, with or without Temporal.'),
    only(
      'workflows-know-words',
      'workflows',
      ['tasks/[a-z-]*words\\.ts$'],
      'Deterministic code: constants and types only.',
    ),
    only(
      'activities-know-tasks',
      'activities',
      [...COMMON, 'tasks/', 'artifacts/', 'client/', 'alerts/', 'logging\\.ts$'],
      'Handlers see contracts, bytes and the client.',
    ),
    only('client-knows-tasks', 'client', [...COMMON, 'tasks/', 'artifacts/'], 'The one way in.'),
    only(
      'api-knows-client',
      'api',
      [...ROOT, 'access/', 'tasks/', 'artifacts/', 'client/', 'watchdog/'],
      'The API reaches Temporal through the client only.',
    ),
    only(
      'cli-knows-client',
      'cli',
      [...ROOT, 'access/', 'tasks/', 'artifacts/', 'client/', 'activities/', 'alerts/', 'worker/', ...PACKS],
      'The command line works on Temporal through the client, and verifies, rehearses and replays with the code at hand.',
    ),
    only(
      'worker-knows-work',
      'worker',
      [...ROOT, 'tasks/', 'artifacts/', 'client/', 'activities/', 'workflows/', ...PACKS],
      'The worker hosts workflows and activities.',
    ),
    only(
      'watchdog-knows-client',
      'watchdog',
      [...ROOT, 'tasks/', 'client/', 'alerts/', 'artifacts/'],
      'It watches Temporal from outside, in whatever process it is put.',
    ),
    only(
      'monitor-knows-work',
      'monitor',
      [...ROOT, 'tasks/', 'artifacts/', 'client/', 'alerts/', 'activities/', 'workflows/', 'watchdog/', 'worker/'],
      'A worker of its own queue, with a watchdog beside it.',
    ),
    only(
      'facility-knows-handlers',
      // But for its own process, which reads the settings.
      'facility(?!/main\\.ts$)',
      [
        ...COMMON,
        'tasks/',
        'client/',
        'activities/handler\\.ts$',
        'activities/verify\\.ts$',
        'logging\\.ts$',
        'folder-claim\\.ts$',
      ],
      'A pack is made of what any team could write: contracts and handlers.',
    ),
    {
      name: 'packs-can-be-left-out',
      comment: 'Where types are offered, where handlers run, and who starts everything.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/facility/',
          '^src/contracts\\.ts$',
          '^src/worker/role\\.ts$',
          '^src/cli/catalogue\\.ts$',
          '^src/embedded/',
        ],
      },
      to: { path: '^src/facility/' },
    },
    {
      name: 'workflow-code-imports-activities-by-type',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^src/activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflow-code-stays-in-the-sandbox',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: {
        path: [
          '^node_modules/(?!@temporalio/(workflow|common)/)',
          '^(node:)?(fs|path|os|crypto|net|http|child_process)',
        ],
      },
    },
    {
      name: 'nobody-but-embedded-starts-processes-of-temporal',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/embedded/' },
      to: { path: '^src/embedded/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
  },
};
