import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands';
import { Runner } from '../../src/cli/runner';
import { settingDescriptions } from '../../src/settings';
import { FAILURE_CODES } from '../../src/tasks/failure-codes';
import { anchorsOf, pageNames, proseOf, readPage } from '../support/pages';

const ROOT = path.join(__dirname, '..', '..');

/** Names that look like settings of Holdfast; the last one was, in earlier releases. */
const NO_SETTINGS = [...Object.keys(FAILURE_CODES), 'TASK_ID', 'HOLDFAST_PROGRESS', 'HOLDFAST_FACILITY_DATABASE'];
const SETTINGS = settingDescriptions().map(([name]) => name);

/** The calls of the API; another test holds this table against the API itself. Workers answer one more, on a port of their own. */
const CALLS = [
  ...readPage('docs/reference/http-api.md').matchAll(/^\| `(GET|POST|PATCH|DELETE) (\/\S*)` \|/gm),
  ['', 'GET', '/health'],
].map(([, method, pattern = '']) => ({ method, path: new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`) }));

/** Written like a metric, but is none. */
const SESSION_COOKIE = 'holdfast_session';
/** Another test holds this page against what the processes serve. */
const METRICS: string[] = readPage('docs/reference/metrics.md').match(/\bholdfast_\w+/g) ?? [];

const program = new Command();
beforeAll(async () => {
  for (const { load } of COMMANDS) (await load())(program, new Runner(() => ({ name: 'none', packs: [] })));
});

/** Commands of the command line that a page names, with their options: in words, in code, or in a shell's pipe. */
function commandsOf(page: string): { command: string; options: string[] }[] {
  const typed = page.replace(/ \\\n\s+/g, ' ').matchAll(/(?<![\w/@.-])holdfast ([a-z][a-z-]+)((?: [^`|&;\n]*)?)/g);
  return [...typed]
    .map(([, command = '', rest = '']) => ({ command, options: rest.match(/(?<=[\s[])--[a-z-]+/g) ?? [] }))
    .filter(({ command, options }) => options.length > 0 || isCommand(command));
}

function isCommand(name: string): boolean {
  return program.commands.some((command) => command.name() === name);
}

/** Whether a command, or one below it, takes the option. */
function takes(command: Command, option: string): boolean {
  return (
    option === '--help' ||
    command.options.some(({ long }) => long === option) ||
    command.commands.some((below) => takes(below, option))
  );
}

/** Where the links of a page's prose lead that stay within the project: file, and heading. */
function linksOf(name: string): { link: string; file: string; anchor: string | undefined }[] {
  return [...proseOf(readPage(name)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [target = '', anchor] = link.split('#');
      return { link, file: target ? path.posix.join(path.posix.dirname(name), target) : name, anchor };
    });
}

/** Calls of the API that a page names, in words or as a `curl` command. */
function callsOf(page: string): { method: string; path: string }[] {
  const commands = page.replace(/ \\\n\s+/g, ' ');
  const curls = [
    ...commands.matchAll(/curl -\S+ (?:-N )?'?(?:http:\/\/)?(?:localhost|127\.0\.0\.1):\d+([^\s'`?]+)(.*)/g),
  ];
  const named = [...page.matchAll(/\b(GET|POST|PATCH|DELETE) (\/[^\s`'"?;,)…]+)/g)];
  return [
    ...named.map(([, method = '', path = '']) => ({ method, path })),
    ...curls.map(([, path = '', rest = '']) => ({
      method: / -X (\w+)/.exec(rest)?.[1] ?? (/ -d |--data/.test(rest.split('`')[0] ?? '') ? 'POST' : 'GET'),
      path,
    })),
  ];
}

describe.each(pageNames())('%s', (name) => {
  const page = readPage(name);

  it('links to files and headings that exist', () => {
    const broken = linksOf(name).filter(({ file, anchor }) => {
      if (!existsSync(path.join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(path.join(ROOT, file), 'utf8')).has(anchor);
    });
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  // The changelog speaks of the past, and folders that end in a placeholder are the reader's own.
  if (name !== 'CHANGELOG.md') {
    it('names files that exist', () => {
      const named = page.matchAll(
        /(?<![\w/.-])(?:src|test|trials|bench|scripts|deploy|docs)\/[\w./-]*\w(?![\w/]*[<*{…])/g,
      );
      expect([...named].map(([file]) => file).filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    });
  }

  it('names calls that the API has', () => {
    const wrong = callsOf(page).filter(
      (call) => !CALLS.some((one) => one.method === call.method && one.path.test(call.path)),
    );
    expect(wrong).toEqual([]);
  });

  it('names commands and options that the command line has', () => {
    const wrong = commandsOf(page).flatMap(({ command, options }) => {
      const known = program.commands.find((one) => one.name() === command);
      return known
        ? options.filter((option) => !takes(known, option)).map((option) => `${command} ${option}`)
        : [command];
    });
    expect(wrong).toEqual([]);
  });

  it('names metrics that there are', () => {
    const named = [...page.matchAll(/\b(holdfast_\w+?)(?:_bucket|_count|_sum)?\b/g)].map(([, metric = '']) => metric);
    expect(named.filter((metric) => !METRICS.includes(metric) && metric !== SESSION_COOKIE)).toEqual([]);
  });

  it('names settings that there are', () => {
    const named = [...page.matchAll(/\b((?:HOLDFAST|TASK)_[A-Z0-9_]+)(…)?/g)];
    const wrong = named.filter(([, word = '', more]) =>
      more ? !SETTINGS.some((setting) => setting.startsWith(word)) : ![...SETTINGS, ...NO_SETTINGS].includes(word),
    );
    expect(wrong.map(([word]) => word)).toEqual([]);
  });
});

it('the index leads to every page', () => {
  const linked = linksOf('docs/README.md').map(({ file }) => file);
  const pages = pageNames().filter((name) => name.startsWith('docs/') && name !== 'docs/README.md');
  expect(pages.filter((name) => !linked.includes(name))).toEqual([]);
});

describe('docs/learning/your-own-app.md', () => {
  const page = readPage('docs/learning/your-own-app.md');
  const shown = [...page.matchAll(/\(..\/..\/examples\/invoices\/([\w./-]+)\):\n\n```\w+\n([\s\S]*?)^```$/gm)];

  it.each(shown.map(([, file = '', text = '']) => ({ file, text })))('shows $file as it is', ({ file, text }) => {
    expect(text).toBe(readPage(`examples/invoices/${file}`));
  });

  it('shows each file of the example but its list of mistakes', () => {
    const folder = path.join(ROOT, 'examples', 'invoices');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    const own = files.filter((name) => !name.startsWith('node_modules') && name !== path.join('test', 'mistakes.ts'));
    expect(shown.map(([, file]) => file).sort()).toEqual(own.sort());
  });
});

/** What `--help` prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

it.each(COMMANDS.flatMap(({ names }) => names))('%s --help has an example', (name) => {
  const command = program.commands.find((one) => one.name() === name);
  expect(command && helpOf(command)).toMatch(new RegExp(`^Examples?:\\n  .*holdfast ${name}\\b`, 'm'));
});

describe('docs/reference/cli.md', () => {
  it('has a row for every command', () => {
    const rows =
      readPage('docs/reference/cli.md')
        .match(/^\| `.*$/gm)
        ?.join('\n') ?? '';
    expect(COMMANDS.flatMap(({ names }) => names)).toEqual(program.commands.map((command) => command.name()));
    const missing = program.commands.map((command) => command.name()).filter((name) => !rows.includes(`\`${name}`));
    expect(missing).toEqual([]);
  });
});

const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const SCRIPTS = Object.keys(JSON.parse(read('package.json')).scripts);
const SERVICES = Object.keys(parse(read('docker-compose.yml'), { merge: true }).services);
const CHART_VALUES = parse(read('deploy/helm/holdfast/values.yaml'));
const PAGES = pageNames().filter((name) => name !== 'CHANGELOG.md');
/** What a page shows as code, a command that goes on in the next line as one. */
const codeOf = (page: string) =>
  [...page.replace(/ \\\n\s+/g, ' ').matchAll(/^```.*\n([\s\S]*?)^```$|`([^`\n]+)`/gm)].map(
    ([, block, inline]) => block ?? inline ?? '',
  );
const found = (pattern: RegExp) =>
  PAGES.flatMap((name) =>
    codeOf(readPage(name)).flatMap((code) => [...code.matchAll(pattern)].map((hit) => ({ name, hit }))),
  );

describe('a page that names commands of other programs', () => {
  it('names scripts of npm that there are', () => {
    const named = found(/\bnpm run ([a-z][\w:-]*)/g);
    expect(named.length).toBeGreaterThan(20);
    expect(
      named.filter(({ hit: [, script = ''] }) => !SCRIPTS.includes(script)).map(({ name, hit }) => [name, hit[0]]),
    ).toEqual([]);
  });

  it('names services of docker-compose.yml that there are', () => {
    const named = found(/\bdocker compose (?:logs|restart|stop|exec|kill)((?: [a-z][a-z-]+)+)/g);
    const services = named.flatMap(({ hit: [, names = ''] }) => names.trim().split(' '));
    expect(services.filter((service) => !SERVICES.includes(service))).toEqual([]);
  });

  it('sets values that the chart has', () => {
    const named = found(/--set '?([\w.]+)=/g);
    expect(named.length).toBeGreaterThan(3);
    const unknown = named.filter(({ hit: [, key = ''] }) => {
      const [last = '', ...above] = key.split('.').reverse();
      const place = above.reverse().reduce((values, part) => values?.[part], CHART_VALUES);
      return place?.[last] === undefined;
    });
    expect(unknown.map(({ name, hit }) => [name, hit[1]])).toEqual([]);
  });

  it("types commands and options that Temporal's own command line has", () => {
    const cli = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
    const help = new Map<string, string>();
    const helpOf = (command: string) => {
      if (!help.has(command))
        help.set(
          command,
          execFileSync(cli, command === 'options' ? [command] : [...command.split(' '), '--help'], {
            encoding: 'utf8',
          }),
        );
      return help.get(command) ?? '';
    };
    const typed = found(
      /(?<![\w./-])temporal ((?:workflow|operator|task-queue|batch|schedule|activity|worker)(?: [a-z][a-z-]+)+)((?: [^|&;$\n]*)?)/g,
    );
    const wrong = typed.flatMap(({ name, hit: [, command = '', rest = ''] }) => {
      const text = helpOf(command) + helpOf('options');
      const options = rest.match(/(?<=\s)--[a-z][a-z-]+/g) ?? [];
      // An unknown command shows the help of the one above it, which lists others.
      const known = text.includes(`temporal ${command}`);
      return [...(known ? [] : [command]), ...options.filter((option) => !text.includes(option))].map((one) => [
        name,
        command,
        one,
      ]);
    });
    expect(typed.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });
});
