import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { FAMILY, FAMILY_SIZE, folder, pidsIn, script, start } from '../support/inputs/commands';
import { isAlive } from '../support/processes/family';
import { fixture } from '../support/processes/fixture';
import { until } from '../support/until';

const familyIsUp = (pids: string, families = 1) =>
  until('the whole family is up', () => pidsIn(pids).length === families * FAMILY_SIZE);

describe('a stopped attempt', () => {
  test('settles with the reason, when the whole family is dead', async () => {
    const pids = `${folder}/cancelled`;
    const { result, abort } = start({ program: script(FAMILY) }, { args: [pids] });
    const settled = result.catch((error) => error);
    await familyIsUp(pids);
    const reason = new Error('cancelled by Ada');
    abort(reason);
    expect(await settled).toBe(reason);
    expect(pidsIn(pids).some(isAlive)).toBe(false);
  });

  test('gives the program time to clean up', async () => {
    const [ready, cleaned] = [`${folder}/ready`, `${folder}/cleaned`];
    const program = script(
      `trap 'sleep 0.3; echo done > ${cleaned}; exit 0' TERM; touch ${ready}; while :; do sleep 0.05; done`,
    );
    const { result, abort } = start({ program });
    const settled = result.catch((error) => error);
    await until('the program is ready', () => existsSync(ready));
    abort(new Error('stop'));
    // Ending well after the signal is not success: the work was cut short.
    expect(await settled).toEqual(new Error('stop'));
    expect(existsSync(cleaned)).toBe(true);
  });

  test('is killed when it ignores the polite signal', async () => {
    const pids = `${folder}/stubborn`;
    const program = script(`trap '' TERM; ${FAMILY}`);
    const { result, abort } = start({ program }, { args: [pids] });
    const settled = result.catch((error) => error);
    await familyIsUp(pids);
    abort(new Error('stop'));
    expect(await settled).toEqual(new Error('stop'));
    expect(pidsIn(pids).some(isAlive)).toBe(false);
  });

  test('that was stopped before it began runs nothing', async () => {
    const file = `${folder}/ran-all-the-same`;
    const { result, abort } = start({ program: script(`touch ${file}`) });
    abort(new Error('too early'));
    await expect(result).rejects.toThrow('too early');
    expect(existsSync(file)).toBe(false);
  });
});

describe('what outlives the program', () => {
  test('processes left in the background end with it', async () => {
    const pids = `${folder}/background`;
    const { result } = start({ program: script('sleep 300 & echo $! > "$1"; echo bye') }, { args: [pids] });
    expect((await result).stdout.tail).toBe('bye\n');
    expect(pidsIn(pids)).toHaveLength(1);
    expect(pidsIn(pids).some(isAlive)).toBe(false);
  });

  test('a process that left the group and holds the output open does not hold the attempt', async () => {
    const pids = `${folder}/escaped`;
    const child = "require('node:child_process').spawn('sleep', ['300'], { detached: true, stdio: 'inherit' })";
    const { result } = start(
      {
        program: script(
          `require('node:fs').writeFileSync(process.argv[2], String(${child}.pid)); process.exit()`,
          'node',
        ),
      },
      { args: [pids] },
    );
    try {
      expect((await result).stdout).toEqual({ tail: '', bytes: 0, truncated: true });
    } finally {
      for (const pid of pidsIn(pids)) process.kill(pid, 'SIGKILL');
    }
  });

  test('nothing, when the worker is killed: no process, no folder', async () => {
    const pids = `${folder}/orphans`;
    const temporary = path.join(folder, 'worker');
    mkdirSync(temporary);
    const worker = spawn(
      process.execPath,
      fixture('command-worker', script(`trap '' TERM HUP; ${FAMILY}`), pids, path.join(folder, 'worker-store')),
      { env: { ...process.env, TMPDIR: temporary }, stdio: 'inherit' },
    );
    const ended = once(worker, 'exit');
    await familyIsUp(pids, 2);
    expect(readdirSync(temporary)).toHaveLength(2);
    worker.kill('SIGKILL');
    await ended;
    await until('both families are dead', () => !pidsIn(pids).some(isAlive));
    await until('their folders are gone', () => readdirSync(temporary).length === 0);
  });
});
