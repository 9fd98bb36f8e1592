import { runCli } from './program';

// The catalogue takes its time to load, and neither a version nor a wrong argument needs it.
void runCli(process.argv.slice(2), async () => (await import('../app/stock')).stockApp);
