import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { VERSION } from '../../version';

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

export function addInit(program: Command): void {
  program
    .command('init')
    .summary('write a first task type of your own into this folder')
    .description(
      'Writes holdfast.config.ts, a first task type with its test, and package.json when there is none. Files that exist stay as they are.',
    )
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
    'package.json': `${JSON.stringify(packageOf(app), null, 2)}\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    const there = existsSync(file);
    if (!there) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${there ? 'kept ' : 'wrote'}  ${file}`);
  }
  console.log('\nNext: npm install, then npx holdfast dev');
}

function packageOf(name: string): object {
  return {
    name,
    private: true,
    type: 'module',
    scripts: { dev: 'holdfast dev', worker: 'holdfast worker', api: 'holdfast api', monitor: 'holdfast monitor' },
    dependencies: { holdfast: `^${VERSION}`, zod: '^4.6.7' },
  };
}
