import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';

/** A page of the console, read by somebody who has said their name, or not; what the page's own programs complain about is kept. */
export async function openPage(browser: Browser, url: string, complaints: string[], who = ''): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 }, baseURL: url, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  if (who !== '') await page.addInitScript((name) => localStorage.setItem('who', name), who);
  page.on('pageerror', (error) => complaints.push(String(error)));
  // A status that is not 2xx is told by the page itself.
  page.on(
    'console',
    (message) => message.type() === 'error' && !message.text().includes('Failed to load resource') && complaints.push(message.text()),
  );
  return page;
}

/** What axe finds wrong with the page as it stands, in light and in dark. */
export async function violations(page: Page): Promise<string[]> {
  const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const told = await page.evaluate<string[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).slice(0, 3).join(' ')))`,
    );
    found.push(...told.map((text) => `${colorScheme}: ${text}`));
  }
  return found;
}
