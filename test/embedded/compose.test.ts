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
import { TemporalServer } from '../support/temporal-server';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  network_mode?: string;
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

it('gives only settings that exist', () => {
  for (const role of ROLES) {
    const given = { ...compose.services[role]?.environment };
    for (const [name, value] of Object.entries(given)) given[name] = value.replace(/^\$\{\w+:-(.*)\}$/, '$1');
    expect(() => readConfig(given)).not.toThrow();
  }
});

it('stops every role no sooner than their own grace and force times', () => {
  const { HOLDFAST_SHUTDOWN_GRACE, HOLDFAST_SHUTDOWN_FORCE } = readConfig({});
  for (const role of ROLES) {
    const seconds = Number(/^(\d+)s$/.exec(compose.services[role]?.stop_grace_period ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(HOLDFAST_SHUTDOWN_GRACE + HOLDFAST_SHUTDOWN_FORCE);
  }
});

it('holds no secret: each comes from the environment and must be set', () => {
  const secrets = services
    .flatMap(([, { environment = {} }]) => Object.entries(environment))
    .filter(([name]) => /PASSWORD|PWD|SECRET|TOKEN|KEY$/.test(name));
  expect(secrets.length).toBeGreaterThan(0);
  for (const [, value] of secrets) expect(value).toMatch(/^\$\{\w+:\?.+\}$/);
});

it('uses one version of the Temporal server and its tools, and no moving tags', () => {
  const images = services.map(([, { image = '' }]) => image);
  for (const image of images) expect(image).toMatch(/:(?!latest)[\w.]+$/);
  const versions = images.filter((image) => /temporalio\/(server|admin-tools)/.test(image));
  expect(new Set(versions.map((image) => image.split(':')[1])).size).toBe(1);
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
