import path from 'node:path';
import { findTemporalCli } from '../../../src/embedded/find-temporal';
import { openBrowser } from '../browser';
import { Camera } from './camera';
import { solveIncidents } from './incidents';
import { takePictures } from './pictures';
import { Shop } from './shop';
import { liveThrough } from './shop-day';

const ROOT = path.join(__dirname, '..', '..', '..');
const FOLDER = path.join(ROOT, 'docs', 'images', 'dashboard');

/** `pictures [minutes that the shop lives before]`, or `incidents [number of one]`. */
async function main([what, number]: string[]): Promise<void> {
  process.env.TEMPORAL_CLI_PATH ??= await findTemporalCli({
    toolsFolder: path.join(ROOT, '.holdfast', 'tools'),
    log: console.error,
  });
  const browser = await openBrowser();
  try {
    if (what === 'incidents') return await solveIncidents(browser, number === undefined ? undefined : Number(number));
    const shop = await Shop.open();
    try {
      console.error(`The shop is at ${shop.url}`);
      await liveThrough(shop, Number(number ?? 20) * 60);
      await takePictures(shop, new Camera(browser, FOLDER));
    } finally {
      await shop.close();
    }
  } finally {
    await browser.close();
  }
}

// All that was begun is closed by then; native code of what was loaded may hold the process all the same.
main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
