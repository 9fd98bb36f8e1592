import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTE_TYPES } from '../../src/client/temporal/search-attributes';
import { readConfig } from '../../src/config';
import { DYNAMIC_CONFIG } from '../../src/embedded/dev-server';
import { settingDescriptions } from '../../src/settings';
import { TemporalServer } from '../support/temporal-server';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  /** `null`: taken from the environment of whoever starts it, if it is set there. */
  environment?: Record<string, string | null>;
  network_mode?: string;
  cap_drop?: string[];
  cpus?: number;
  healthcheck?: object;
  mem_limit?: string;
  pids_limit?: number;
  read_only?: boolean;
  restart?: string;
  security_opt?: string[];
  tmpfs?: string[];
  user?: string;
  ports?: string[];
  stop_grace_period?: string;
  volumes?: string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const ROLES = ['api', 'worker', 'monitor'];
const root = path.join(__dirname, '..', '..');
const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose: Compose = parse(text, { merge: true });
const services = Object.entries(compose.services);

it('follows the schema of the Compose Specification', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  // Formats of Compose's own, which its schema names and leaves to its tools.
  for (const format of ['duration', 'ports', 'expose', 'subnet_ip_address']) ajv.addFormat(format, true);
  const schema = JSON.parse(
    readFileSync(path.join(__dirname, '..', 'fixtures/compose-spec/compose-spec.json'), 'utf8'),
  );
  const validate = ajv.compile(schema);
  expect(validate({ services: { api: { imagee: 'x' } } })).toBe(false);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
});

it('has PostgreSQL, Temporal, its Web UI, both set-ups, API, worker and monitor', () => {
  expect(services.map(([name]) => name).sort()).toEqual([
    'api',
    'monitor',
    'namespace',
    'postgresql',
    'schema',
    'temporal',
    'ui',
    'worker',
  ]);
});

it('waits only for services that exist, in a way that they can fulfil', () => {
  const waits = services.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on));
  expect(waits.length).toBeGreaterThan(0);
  for (const [name, { condition }] of waits) {
    const awaited = compose.services[name] as (Service & { healthcheck?: object; restart: string }) | undefined;
    if (condition === 'service_healthy') expect(awaited?.healthcheck).toBeDefined();
    else expect(awaited?.restart).toMatch(/^on-failure/);
  }
});

it('publishes ports on loopback only, and shares the host network only for the API that binds to it', () => {
  const ports = services.flatMap(([, service]) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  expect(services.filter(([, { network_mode }]) => network_mode).map(([name]) => name)).toEqual(['api']);
  expect(compose.services.api?.environment?.HOLDFAST_HOST).toBe('127.0.0.1');
});

it('mounts only files that exist and volumes that are declared, and builds from a Dockerfile that exists', () => {
  for (const mount of services.flatMap(([, { volumes = [] }]) => volumes)) {
    const [source = ''] = mount.split(':');
    if (source.startsWith('.')) expect([source, existsSync(path.join(root, source))]).toEqual([source, true]);
    else expect(Object.keys(compose.volumes)).toContain(source);
  }
  const { build } = compose.services.worker as Service;
  expect(existsSync(path.join(root, build?.dockerfile ?? ''))).toBe(true);
});

it('shares the artifacts between all roles', () => {
  for (const role of ROLES) expect(compose.services[role]?.volumes).toContain('artifacts:/var/lib/holdfast');
});

it('starts the roles from files that the build makes', () => {
  for (const role of ROLES) {
    const [program, file = ''] = compose.services[role]?.command ?? [];
    expect(program).toBe('node');
    expect(existsSync(path.join(root, file.replace(/^dist/, 'src').replace(/js$/, 'ts')))).toBe(true);
  }
});

/** What a role gets where nothing is set outside. */
function given(role: string, outside: Record<string, string> = {}): Record<string, string> {
  const environment = Object.entries(compose.services[role]?.environment ?? {});
  const resolved = environment.flatMap(([name, value]) => {
    const text =
      value === null
        ? outside[name]
        : value.replace(/^\$\{(\w+):-(.*)\}$/, (_, known, otherwise) => outside[known] ?? otherwise);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(resolved);
}

it('gives only settings that exist', () => {
  for (const role of ROLES) expect(() => readConfig(given(role))).not.toThrow();
});

/** What the image, the network or the volume decides. */
const FIXED = ['HOLDFAST_HOST', 'HOLDFAST_HOME', 'HOLDFAST_ARTIFACTS', 'HOLDFAST_PYTHON', 'HOLDFAST_METRICS_PORT'];
/** What is for another part of it: the API, and the server that `npm start` brings along. */
const OF_OTHERS: Record<string, string[]> = {
  HOLDFAST_PORT: ['api'],
  HOLDFAST_TEMPORAL_PORT: [],
  HOLDFAST_UI_PORT: [],
};

it.each(ROLES)('hands every setting of the table that is set outside to the %s', (role) => {
  const names = settingDescriptions().map(([name]) => name);
  const expected = names.filter((name) => !FIXED.includes(name) && (OF_OTHERS[name]?.includes(role) ?? true));
  const outside = Object.fromEntries(names.map((name) => [name, `as set: ${name}`]));
  const handed = Object.entries(given(role, outside)).filter(([name, value]) => value === outside[name]);
  expect(handed.map(([name]) => name).sort()).toEqual(expected.sort());
  expect(expected).toEqual(expect.arrayContaining(['TASK_MONITOR_INTERVAL', 'TASK_MAX_PROCESSING_TIME']));
});

it('stops every role no sooner than their own grace and force times', () => {
  const { HOLDFAST_SHUTDOWN_GRACE, HOLDFAST_SHUTDOWN_FORCE } = readConfig({});
  for (const role of ROLES) {
    const seconds = Number(/^(\d+)s$/.exec(compose.services[role]?.stop_grace_period ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(HOLDFAST_SHUTDOWN_GRACE + HOLDFAST_SHUTDOWN_FORCE);
  }
});

it('holds no secret: each comes from the environment, and those of the database must be set', () => {
  const secrets = services
    .flatMap(([, { environment = {} }]) => Object.entries(environment))
    .filter(([name]) => /PASSWORD|PWD|SECRET|TOKEN|KEY$/.test(name));
  expect(secrets.length).toBeGreaterThan(0);
  for (const [, value] of secrets) if (value !== null) expect(value).toMatch(/^\$\{\w+:\?.+\}$/);
});

it('uses one version of the Temporal server and its tools, and no moving tags', () => {
  const images = services.map(([, { image = '' }]) => image);
  for (const image of images) expect(image).toMatch(/:(?!latest)[\w.]+$/);
  const versions = images.filter((image) => /temporalio\/(server|admin-tools)/.test(image));
  expect(new Set(versions.map((image) => image.split(':')[1])).size).toBe(1);
});

it('confines every service: no further rights, bounded memory, processors and processes', () => {
  for (const [name, service] of services) {
    expect([name, service.security_opt]).toEqual([name, ['no-new-privileges:true']]);
    expect([name, service.mem_limit, service.cpus, service.pids_limit]).toEqual([
      name,
      expect.stringMatching(/^\d+[mg]$/),
      expect.any(Number),
      expect.any(Number),
    ]);
    // PostgreSQL becomes its own user by itself, for which it needs rights at first.
    if (name !== 'postgresql') expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
  }
});

it('runs the roles and the set-up on a root that cannot be written, as nobody of rank', () => {
  const image = readFileSync(path.join(root, 'deploy/compose/Dockerfile'), 'utf8');
  expect(image).toMatch(/^USER (?!root|0)\w+$/m);
  for (const name of [...ROLES, 'schema', 'namespace']) expect(compose.services[name]?.read_only).toBe(true);
  for (const name of ['schema', 'namespace']) expect(compose.services[name]?.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  // The folder of the artifacts is a volume; temporary files have a place of their own.
  for (const role of ROLES) expect(compose.services[role]?.tmpfs?.join()).toContain('/tmp');
});

it('looks after every service that stays: a health check, or a set-up that ends', () => {
  for (const [name, { healthcheck, restart }] of services) {
    if (name !== 'ui' && !/^on-failure/.test(restart ?? ''))
      expect([name, healthcheck]).toEqual([name, expect.any(Object)]);
  }
});

it('builds the image from files that the build is given', () => {
  const lines = readFileSync(path.join(root, 'deploy/compose/Dockerfile'), 'utf8').split('\n');
  const given = readFileSync(path.join(root, 'deploy/compose/Dockerfile.dockerignore'), 'utf8').match(/(?<=^!).+$/gm);
  const copied = lines.flatMap((line) => /^COPY --from=build \/holdfast\/(\S+)/.exec(line)?.[1] ?? []);
  expect(copied).toEqual(expect.arrayContaining(['dist', 'python', 'web/dist', 'bin']));
  // Not made by the build: then it must come from the checkout.
  const made = ['node_modules', 'dist', '.holdfast/tools'];
  const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const needed = [...copied, ...workspaces, 'scripts', 'src'].filter((name) => !made.includes(name));
  for (const name of needed) expect(given).toContain(name.split('/')[0]);
});

it('treats tasks as the development server does', () => {
  const cluster = parse(readFileSync(path.join(root, 'deploy/compose/dynamic-config.yaml'), 'utf8'));
  const values = Object.entries(cluster as Record<string, { value: unknown }[]>).map(([name, [first]]) => [
    name,
    first?.value,
  ]);
  expect(Object.fromEntries(values)).toEqual(DYNAMIC_CONFIG);
});

it('sets up a namespace with retention and every search attribute, and may do so again', async () => {
  const server = await TemporalServer.start();
  try {
    const cli = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
    const env = {
      ...process.env,
      PATH: `${path.dirname(cli)}:${process.env.PATH}`,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: 'fresh',
      RETENTION_DAYS: '30',
    };
    const run = (command: string, ...args: string[]) => promisify(execFile)(command, args, { env });
    const setUp = () => run('sh', path.join(root, 'deploy/compose/set-up-namespace.sh'));
    await setUp();
    await setUp();
    const namespace = JSON.parse((await run(cli, 'operator', 'namespace', 'describe', '-o', 'json')).stdout);
    expect(namespace.config.workflowExecutionRetentionTtl).toBe(`${30 * 86_400}s`);
    const { stdout } = await run(cli, 'operator', 'search-attribute', 'list', '-o', 'json');
    const { customAttributes } = JSON.parse(stdout);
    const types = Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => [
      name,
      `INDEXED_VALUE_TYPE_${type === 'Keyword' ? 'KEYWORD' : 'KEYWORD_LIST'}`,
    ]);
    expect(customAttributes).toEqual(Object.fromEntries(types));
  } finally {
    await server.stop();
  }
});
