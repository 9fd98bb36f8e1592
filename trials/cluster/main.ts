import { once } from 'node:events';
import { runTrial } from '../trial';
import { Cluster } from './cluster';

/** `npm run cluster`: runs until Ctrl-C. Its data goes with it. */
async function main(): Promise<void> {
  const log = (line: string) => console.error(line);
  const cluster = await Cluster.start({ log, apiPort: 3000, temporalPort: 7233 });
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(`API       ${cluster.api}`);
  console.log(`Temporal  ${cluster.temporal.address}`);
  console.log(`S3        ${cluster.s3.endpoint}`);
  console.log('For the command line:');
  for (const [name, value] of Object.entries(cluster.env)) console.log(`  export ${name}=${value}`);
  console.log('Ctrl-C ends everything.');
  await ended;
  await cluster.stop();
}

runTrial(main);
