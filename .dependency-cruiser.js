/** Who may know whom. The picture is in docs/architecture.md; this file keeps it true. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...allowed.map((place) => `^src/${place}`)] },
});

/** What any folder may use: the errors of the product, and how long work is shared out. */
const COMMON = '(errors|parallel|turns)\\.ts$';
/** What settings consist of; each folder declares its own. */
const SETTING_KINDS = 'setting-kinds\\.ts$';
/** The files beside the folders: settings, logging, version, the frame of a process. */
const ROOT = '[a-z-]+\\.ts$';
/** The folders that the engine consists of. */
const ENGINE = [
  'protocol',
  'tasks',
  'workflows',
  'activities',
  'client',
  'artifacts',
  'encryption',
  'worker',
  'monitor',
  'api',
  'access',
];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('protocol-knows-nobody', 'protocol', [], 'Messages and records: the workflow bundle holds this folder whole.'),
    only(
      'tasks-know-protocol',
      'tasks',
      [SETTING_KINDS, 'protocol/'],
      'Rules are pure: no side effects, no heavy imports.',
    ),
    only('workflows-know-protocol', 'workflows', ['protocol/'], 'Deterministic code: constants and types only.'),
    only(
      'encryption-knows-nobody',
      'encryption',
      [COMMON, SETTING_KINDS],
      'Keys, payloads, texts and files; it knows no stores.',
    ),
    only(
      'artifacts-know-little',
      'artifacts',
      [COMMON, SETTING_KINDS, 'encryption/', 'protocol/', 'tasks/'],
      'A leaf: it stores bytes.',
    ),
    only(
      'access-knows-little',
      'access',
      [COMMON, 'protocol/', 'tasks/', 'artifacts/'],
      'Who may do what: keys, tenants, sessions, audit.',
    ),
    only(
      'client-knows-rules',
      'client',
      [COMMON, SETTING_KINDS, 'protocol/', 'tasks/', 'artifacts/'],
      'The one way in.',
    ),
    only(
      'activities-know-client',
      'activities',
      [COMMON, 'log(ging|-content)\\.ts$', 'protocol/', 'tasks/', 'artifacts/', 'client/', 'monitor/alerts/'],
      "What an attempt is, and the engine's own side effects.",
    ),
    only('alerts-know-protocol', 'monitor/alerts', [ROOT, 'protocol/', 'tasks/'], 'A leaf: it delivers notices.'),
    only(
      'watchdog-knows-client',
      'monitor/watchdog',
      [ROOT, 'encryption/', 'protocol/', 'tasks/', 'artifacts/', 'client/', 'monitor/alerts/', 'app/'],
      'It watches Temporal from outside, in whatever process it is put.',
    ),
    only(
      'monitor-knows-work',
      'monitor',
      [ROOT, 'encryption/', 'protocol/', 'tasks/', 'artifacts/', 'client/', 'activities/', 'worker/', 'app/'],
      'A worker of its own queue, with a watchdog beside it.',
    ),
    only(
      'worker-knows-work',
      'worker',
      [ROOT, 'encryption/', 'protocol/', 'tasks/', 'artifacts/', 'client/', 'activities/', 'workflows/', 'app/'],
      'The worker hosts workflows and activities.',
    ),
    only(
      'api-knows-client',
      'api',
      [ROOT, 'access/', 'encryption/', 'protocol/', 'tasks/', 'artifacts/', 'client/', 'monitor/watchdog/', 'app/'],
      'The API reaches Temporal through the client only.',
    ),
    only(
      'cli-knows-client',
      'cli',
      [
        ROOT,
        'access/',
        'encryption/',
        'protocol/',
        'tasks/',
        'artifacts/',
        'client/',
        'activities/',
        'monitor/alerts/',
        'worker/',
        'app/',
        // What `submit-statement` reads.
        'catalogue/transactions-process/',
      ],
      'The command line works on Temporal through the client, and verifies, rehearses and replays with the code at hand.',
    ),
    only('http-client-knows-nobody', 'http-client', [], 'It runs in browsers: fetch, and types.'),
    only(
      'catalogue-knows-engine',
      'catalogue',
      [ROOT, 'protocol/', 'tasks/', 'artifacts/', 'client/', 'activities/', 'app/'],
      'Task types are made of what any team could use.',
    ),
    {
      name: 'engine-knows-no-task-type',
      comment: 'Which task types there are is what an app says; src/app joins the two.',
      severity: 'error',
      from: { path: `^src/(${ENGINE.join('|')})/` },
      to: { path: '^src/catalogue/' },
    },
    {
      name: 'product-knows-no-example',
      severity: 'error',
      from: { path: '^(src|scripts|bin|web)/' },
      to: { path: '^examples/' },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|scripts|bin|web)/' },
      to: { path: '^(test|trials|bench)/' },
    },
    {
      name: 'support-knows-no-tests',
      comment: 'What serves several tests and trials knows none of them.',
      severity: 'error',
      from: { path: '^test/support/' },
      to: { path: '^(test/(?!support/|fixtures/)|trials/|bench/)' },
    },
    {
      name: 'trials-know-support',
      severity: 'error',
      from: { path: '^trials/' },
      to: { path: '^(test/(?!support/|fixtures/)|bench/)' },
    },
    {
      name: 'examples-use-public-names',
      comment: 'An example is what any team could write: it imports `holdfast` and its entry points, by name.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|test|trials|scripts|dist|bench)/', dependencyTypes: ['local'] },
    },
    {
      name: 'workflow-code-stays-in-the-sandbox',
      severity: 'error',
      from: { path: '^src/(workflows|protocol)/' },
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
      from: { path: '^src/', pathNot: '^src/(embedded|testing)/' },
      to: { path: '^src/embedded/', pathNot: '/settings\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
  },
};
