import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { pageNames, readPage } from '../support/pages';

/** Commands of other programs that pages tell operators to type; those of `holdfast` have a test of their own. */
const ROOT = path.join(__dirname, '..', '..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const SCRIPTS = Object.keys(JSON.parse(read('package.json')).scripts);
const SERVICES = Object.keys(parse(read('docker-compose.yml'), { merge: true }).services);
const VALUES = parse(read('deploy/helm/holdfast/values.yaml'));
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
    const place = above.reverse().reduce((values, part) => values?.[part], VALUES);
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
        execFileSync(cli, command === 'options' ? [command] : [...command.split(' '), '--help'], { encoding: 'utf8' }),
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
