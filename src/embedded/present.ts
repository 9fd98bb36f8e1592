import path from 'node:path';
import { Keys } from '../access/keys';
import { appFile } from '../app/load-app';
import { LocalArtifactStore } from '../artifacts/local/local-store';
import { openArtifactStore } from '../artifacts/open';
import type { Config } from '../config';
import { lacking } from '../packages';
import { firstCurl, selfCheck } from './demo';
import { presentTypes } from './present-app';

/** Prints what runs where, runs the self-check, and prints where its result lies. */
export async function present(
  config: Config,
  apiUrl: string,
  ended: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  print(`\n  Dashboard ${apiUrl}/`);
  print(`  API       ${apiUrl}   (documentation: ${apiUrl}/docs)`);
  if (!config.externalTemporal) {
    print(`  Web UI    http://127.0.0.1:${config.HOLDFAST_UI_PORT}`);
    print(`  Temporal  127.0.0.1:${config.HOLDFAST_TEMPORAL_PORT}`);
  }
  print(`  Logs      ${fromHere(path.join(config.HOLDFAST_HOME, '*.log'))}`);
  // Only the names of the keys are looked at.
  const { entries } = openArtifactStore(config);
  if (await new Keys(entries).exist()) {
    print('\nThere are API keys, and every call needs one: the self-check is omitted.');
    print('\nReady. Ctrl-C ends everything.');
    return;
  }
  if (appFile(config) !== undefined) {
    await presentTypes(apiUrl, print);
    print('\nReady. Ctrl-C ends everything.');
    return;
  }
  const lack = lacking('image.convert', ['sharp']);
  if (lack) {
    print(`\nThe self-check is omitted: ${lack}.`);
    print('This is the app with the shipped task types; `npx holdfast init` writes one of your own into this folder.');
    print('\nReady. Ctrl-C ends everything.');
    return;
  }
  print(`\nA first task:\n  ${firstCurl(apiUrl)}`);
  print('\nSelf-check: one image.convert task');
  try {
    const { artifactUrl, hash } = await selfCheck(apiUrl, print);
    print(`  ${artifactUrl}`);
    const { artifacts } = config;
    if (artifacts.kind === 'folder') print(`  ${fromHere(new LocalArtifactStore(artifacts.folder).pathOf(hash))}`);
    print('\nReady. Ctrl-C ends everything.');
  } catch (error) {
    if (ended.aborted) return;
    print(`  The self-check failed: ${(error as Error).message}`);
    print(`  See ${fromHere(path.join(config.HOLDFAST_HOME, 'app.log'))}.`);
  }
}

/** A path as a person would type it here. */
export function fromHere(file: string): string {
  return path.relative(process.cwd(), file);
}
