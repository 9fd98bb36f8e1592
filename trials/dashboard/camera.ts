import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { until } from '../../test/support/until';

interface View {
  width?: number;
  height?: number;
  dark?: boolean;
}

/** Opens pages as people see them, and keeps small pictures of them. */
export class Camera {
  constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  open({ width = 1440, height = 900, dark = false }: View = {}): Promise<Page> {
    const colorScheme = dark ? 'dark' : 'light';
    return this.browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce', locale: 'en-GB' });
  }

  /** A picture in 256 colours. @param whole The page to its end. Defaults to what is in sight. */
  async take(page: Page, name: string, whole = false): Promise<void> {
    await settled(page);
    const png = await page.screenshot({ fullPage: whole });
    await mkdir(this.folder, { recursive: true });
    await sharp(png)
      .png({ palette: true, colours: 128, effort: 10, dither: 0.4 })
      .toFile(path.join(this.folder, `${name}.png`));
  }
}

/** Everything asked for has come, and nothing is drawn any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1, main .empty').first().waitFor();
  await until('everything is loaded', async () => (await page.locator('.skeleton').count()) === 0);
  await until(
    'the charts are drawn',
    () =>
      page.evaluate(
        "[...document.querySelectorAll('.chart')].every((one) => one.querySelector('canvas'))",
      ) as Promise<boolean>,
  );
}
