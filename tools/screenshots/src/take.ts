import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openBrowser } from '@duet/testbed';
import type { Browser } from 'playwright-core';
import { type Picture, pictures } from './pictures';
import { type Broken, type Cast, say, Scene } from './scene';

/** What screenshots.mjs has prepared. */
export interface Plan {
  /** The apps to start. */
  readonly apps: readonly string[];
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Where the pictures go. */
  readonly folder: string;
  /** The names of the wanted ones; all where there are none. */
  readonly only: readonly string[];
  /** Also those that hardly differ from the ones that are there. */
  readonly all: boolean;
}

/** There is no picture with this name. */
export class NoSuchPicture extends Error {
  override readonly name = 'NoSuchPicture';
}
/** A picture is too large to be looked at in a repository. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const width = 1_280;
const mostBytes = 300_000;
/** A page stands still after so long: what it asks for has come, in milliseconds. */
const stillMs = 1_500;
/** A picture of which a smaller part differs says the same: ids, times and figures are other ones in each run. */
const sameBelow = 0.02;

/** Makes the pictures. @throws NoSuchPicture, TooLarge, NoBrowser */
export async function take({ apps, brokers, folder, only, all }: Plan): Promise<void> {
  const unknown = only.find((name) => !pictures.some((picture) => picture.name === name));
  if (unknown !== undefined)
    throw new NoSuchPicture(`There is no picture ${unknown}; there are ${pictures.map(({ name }) => name).join(', ')}.`);
  const browser = await openBrowser();
  const scene = await Scene.open(apps, brokers);
  const wanted = pictures.filter(({ name }) => only.length === 0 || only.includes(name));
  await mkdir(folder, { recursive: true });
  const takeOf = async (some: readonly Picture[], cast: Cast & Broken): Promise<void> => {
    for (const picture of some) await keep(browser, folder, picture, await photograph(browser, scene, cast, picture), all);
  };
  const cast = await scene.play();
  await takeOf(
    wanted.filter(({ early }) => early),
    { ...cast, parked: '', stalled: '', waiting: '' },
  );
  const late = wanted.filter(({ early }) => !early);
  if (late.length > 0) await takeOf(late, { ...cast, ...(await scene.breakDown()) });
  await browser.close();
  await scene.close();
}

/** Writes a picture, unless it looks as the one that is there. @throws TooLarge */
async function keep(browser: Browser, folder: string, { name }: Picture, png: Buffer, all: boolean): Promise<void> {
  const file = resolve(folder, `${name}.png`);
  if (png.length > mostBytes) throw new TooLarge(`${name} has ${png.length} bytes, more than ${mostBytes}.`);
  const before = existsSync(file) ? await readFile(file) : undefined;
  const isNew = all || before === undefined || (await differing(browser, before, png)) >= sameBelow;
  if (isNew) await writeFile(file, png);
  say(`${name}: ${isNew ? `written, ${Math.round(png.length / 1_000)} kB` : 'looks as it did'}`);
}

async function photograph(browser: Browser, scene: Scene, cast: Cast & Broken, picture: Picture): Promise<Buffer> {
  const { dark = false, height = 800, path, shows, meanwhile } = picture;
  const page = await browser.newPage({
    ...{ viewport: { width, height }, baseURL: scene.observer.url, reducedMotion: 'reduce' as const, locale: 'en-GB', timezoneId: 'UTC' },
    colorScheme: dark ? 'dark' : 'light',
  });
  await page.addInitScript(() => localStorage.setItem('who', 'anna'));
  await page.goto(path(cast));
  await page.getByText(shows).first().waitFor();
  await page.waitForTimeout(stillMs);
  if (meanwhile) {
    await meanwhile(page, scene);
    await page.waitForTimeout(stillMs);
  }
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await page.close();
  return png;
}

/** Runs in the browser, which can read pictures: which part of the pixels differs visibly. */
const comparison = `async ([before, after]) => {
  const pixelsOf = async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  };
  const [one, other] = [await pixelsOf(before), await pixelsOf(after)];
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differ = 0;
  for (let at = 0; at < one.data.length; at += 4)
    if ([0, 1, 2].some((channel) => Math.abs(one.data[at + channel] - other.data[at + channel]) > 16)) differ += 1;
  return differ / (one.width * one.height);
}`;

/** Which part of two pictures differs, from 0 to 1: 1 where they are of other sizes. */
async function differing(browser: Browser, before: Buffer, after: Buffer): Promise<number> {
  const page = await browser.newPage();
  const urls = [before, after].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  const part = await page.evaluate<number>(`(${comparison})(${JSON.stringify(urls)})`);
  await page.close();
  return part;
}
