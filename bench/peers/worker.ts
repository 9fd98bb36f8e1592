import type { Places } from './peer';
import { PEERS } from './peers';

/** `worker <peer> <identity> <places as JSON>` */
async function main(): Promise<void> {
  const [name = '', identity = '', places = ''] = process.argv.slice(2);
  const peer = await PEERS[name]?.();
  if (!peer) throw new Error(`There is no peer ${name}.`);
  await peer.work(JSON.parse(places) as Places, identity);
  console.log('ready');
  // Not every library keeps its process alive by itself.
  setInterval(() => {}, 60_000);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
