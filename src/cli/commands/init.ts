import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { VERSION } from '../../version';
import { headed } from '../head';

const TASK = `import { defineTask } from 'holdfast';
import { z } from 'zod';

/** Greets somebody: replace it by your own work. */
export const helloSay = defineTask({
  type: 'hello.say',
  summary: 'Greets somebody.',
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ greeting: z.string() }),
  example: { name: 'Ada' },
  retry: { attempts: 3, firstDelay: '1s' },
  async run({ name }) {
    return { greeting: \`Hello, \${name}!\` };
  },
});
`;

const CONFIG = `import { defineApp } from 'holdfast';
import { helloSay } from './tasks/hello-say.ts';

/** What every role loads. */
export default defineApp({ name: 'APP', tasks: [helloSay] });
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHandler } from 'holdfast/testing';
import { helloSay } from './hello-say.ts';

test('hello.say greets', async () => {
  const { output } = await runHandler(helloSay, { name: 'Ada' });
  assert.equal(output.greeting, 'Hello, Ada!');
});
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    allowImportingTsExtensions: true,
    noEmit: true,
  },
  include: ['holdfast.config.ts', 'tasks'],
};

/** What is added to a package.json that is there: what it has stays. */
const PARTS = ['scripts', 'dependencies', 'devDependencies'] as const;
type Part = (typeof PARTS)[number];

export function addInit(program: Command): void {
  headed(program.command('init'), {
    summary: 'write a first task type of your own into this folder',
    description:
      'Writes holdfast.config.ts, a first task type with its test, and tsconfig.json; adds scripts and dependencies to package.json. Files that exist stay as they are, and so does what package.json has.',
  })
    .addHelpText('after', '\nExamples:\n  holdfast init && npm install && npx holdfast dev')
    .action(init);
}

function init(): void {
  const app =
    path
      .basename(process.cwd())
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '') || 'app';
  const files: Record<string, string> = {
    'holdfast.config.ts': CONFIG.replace('APP', app === 'holdfast' ? 'my-app' : app.slice(0, 31)),
    'tasks/hello-say.ts': TASK,
    'tasks/hello-say.test.ts': TEST,
    'tsconfig.json': json(TSCONFIG),
  };
  for (const [file, text] of Object.entries(files)) {
    const there = existsSync(file);
    if (!there) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${there ? 'kept ' : 'wrote'}  ${file}`);
  }
  console.log(`${writePackage(app)}  package.json`);
  console.log('\nNext: npm install, then npx holdfast dev');
}

/** The one file that may be there already without being the person's answer: `npm install holdfast` makes it. */
function writePackage(name: string): string {
  const own = packageOf(name);
  if (!existsSync('package.json')) {
    writeFileSync('package.json', json(own));
    return 'wrote';
  }
  const before = readFileSync('package.json', 'utf8');
  const there = JSON.parse(before) as Partial<Record<Part, Record<string, string>>>;
  const missing = PARTS.some((part) => Object.keys(own[part]).some((key) => there[part]?.[key] === undefined));
  if (!missing) return 'kept ';
  const parts = Object.fromEntries(PARTS.map((part) => [part, { ...own[part], ...there[part] }]));
  writeFileSync('package.json', json({ ...there, ...parts }));
  return 'added to';
}

function packageOf(name: string) {
  return {
    name,
    private: true,
    type: 'module',
    scripts: {
      dev: 'holdfast dev',
      worker: 'holdfast worker',
      api: 'holdfast api',
      monitor: 'holdfast monitor',
      test: 'node --import jiti/register --test tasks/*.test.ts',
    },
    dependencies: { holdfast: `^${VERSION}`, zod: '^4.6.7' },
    devDependencies: { '@types/node': '^20.19.43', jiti: '^2.7.0', typescript: '^7.0.2' },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
