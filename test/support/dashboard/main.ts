import path from 'node:path';
import { openBrowser } from '../browser';
import { Camera } from './camera';
import { takePictures } from './pictures';
import { Shop } from './shop';
import { liveThrough } from './shop-day';

const FOLDER = path.join(__dirname, '..', '..', '..', 'docs', 'images', 'dashboard');

/** `npm run dashboard:pictures -- [minutes that the shop lives before]`. */
async function main([minutes = '20']: string[]): Promise<void> {
  const shop = await Shop.open();
  const browser = await openBrowser();
  try {
    console.error(`The shop is at ${shop.url}`);
    await liveThrough(shop, Number(minutes) * 60);
    await takePictures(shop, new Camera(browser, FOLDER));
  } finally {
    await browser.close();
    await shop.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
