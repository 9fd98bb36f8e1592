import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian and its like put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));

/** Why there are no tests in a browser here; `undefined` when there may be. */
export const noBrowser = CHROMIUM
  ? undefined
  : `No Chromium: none of ${PLACES.join(', ')}, and CHROMIUM_PATH is not set.`;

export function openBrowser(): Promise<Browser> {
  // A container has no sandbox of its own, and little shared memory.
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: CHROMIUM ?? '', args });
}

/** What goes wrong on a page: errors in its console, uncaught errors, and what its policy refused. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // What the API refuses is a line of the browser's own, and shown by the page.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}
