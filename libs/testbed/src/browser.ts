import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { NoBrowser } from './errors';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser of this machine, without a window; `CHROMIUM` says where it is, unless it is at a usual place. @throws NoBrowser */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? usualPlaces.find((path) => existsSync(path));
  if (!executablePath)
    throw new NoBrowser('There is no Chromium: install it (Debian: apt-get install chromium), or say with CHROMIUM where it is.');
  // Only who looks at pages needs it.
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
