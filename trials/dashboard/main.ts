import path from 'node:path';
import { openBrowser } from '../../test/support/browser';
import { runTrial } from '../trial';
import { Camera } from './camera';
import { solveIncidents } from './incidents';
import { takePictures } from './pictures';
import { Shop } from './shop';
import { liveThrough } from './shop-day';

const PICTURES = path.join(__dirname, '..', '..', 'docs', 'images', 'dashboard');

/** `npm run dashboard:pictures -- [minutes that the shop lives before]`, or `npm run dashboard:incidents -- [number of one]`. */
async function main(): Promise<void> {
  const [what, number] = process.argv.slice(2);
  const browser = await openBrowser();
  try {
    if (what === 'incidents') return await solveIncidents(browser, number === undefined ? undefined : Number(number));
    const shop = await Shop.open();
    try {
      console.error(`The shop is at ${shop.url}`);
      await liveThrough(shop, Number(number ?? 20) * 60);
      await takePictures(shop, new Camera(browser, PICTURES));
    } finally {
      await shop.close();
    }
  } finally {
    await browser.close();
  }
}

runTrial(main);
