import { StartError } from '../errors';

/**
 * Takes `--app PATH` out of what was typed for a role or the command line: it says what HOLDFAST_APP says, and outranks it.
 * @throws StartError when no path follows.
 */
export function takeAppOption(args: string[] = process.argv, env: NodeJS.ProcessEnv = process.env): void {
  const at = args.findIndex((arg) => arg === '--app' || arg.startsWith('--app='));
  if (at === -1) return;
  const [option = '', next = ''] = args.slice(at);
  const joined = option.includes('=');
  const file = joined ? option.slice('--app='.length) : next;
  if (file === '' || file.startsWith('-')) {
    throw new StartError('--app needs the path of a module whose default export is the app, or of its folder.');
  }
  args.splice(at, joined ? 1 : 2);
  env.HOLDFAST_APP = file;
}
