// What the tests in Chromium share: sentences, txapi, and the page.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const { BASE, TXAPI } = process.env;
let api = null;

export function is(what, expected, actual) {
  if (String(expected) === String(actual)) console.log(`ok ${what}`);
  else console.log(`not ok ${what}: expected '${expected}', is '${actual}'`);
}

export async function start() {
  api = spawn(TXAPI, { stdio: 'ignore' });
  for (let n = 0; n < 100; n++) {
    if (await fetch(`${BASE}/live`).then(() => true, () => false)) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error('txapi does not answer');
}

// Whether it becomes true within ten seconds.
export async function until(condition, pause = 20) {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await condition()) return true;
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  return false;
}

export const stop = () => new Promise((resolve) => { api.once('exit', resolve); api.kill(); });
export const look = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
export const ready = (page) => page.waitForSelector('body[data-state=ready]');
// A chart as a table: it is made after the click.
export async function openTable(page, id) {
  await page.click(`#${id} summary`);
  await page.waitForSelector(`#${id} tbody tr`);
}

export const textOf = async (download) => readFileSync(await (await download).path(), 'utf8');

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

// A view as it is seen: light, dark, on a narrow screen and on paper; kept as pictures, and looked at by axe.
export async function views(page, name) {
  const { SHOTS } = process.env;
  const size = page.viewportSize();
  await page.evaluate(axe);
  for (const [look, media, width] of [['light', { colorScheme: 'light' }, size.width], ['dark', { colorScheme: 'dark' }, size.width],
    ['narrow', { colorScheme: 'light' }, 360], ['paper', { media: 'print' }, 794]]) {
    await page.emulateMedia(media);
    await page.setViewportSize({ width, height: size.height });
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    await until(() => page.evaluate(() => [...document.querySelectorAll('.chart:not(.empty) canvas')].every((c) => c.offsetWidth <= c.closest('.chart').clientWidth)));
    const height = Math.min(4000, await page.evaluate(() => document.documentElement.scrollHeight));
    await page.screenshot({ path: `${SHOTS}/${name}-${look}.png`, fullPage: true, clip: { x: 0, y: 0, width, height } });
    is(`${name}, ${look}: no wider than it may be`, true, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const found = look === 'paper' ? [] : await page.evaluate(async () => (await globalThis.axe.run()).violations.map((v) => `${v.id} ${v.nodes[0].target}`));
    is(`${name}, ${look}: axe finds nothing`, '', found.join());
  }
  await page.emulateMedia({ media: null, colorScheme: null });
  await page.setViewportSize(size);
}

export async function withBrowser(test) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'] });
  try {
    await start();
    await test(browser);
  } finally {
    await browser.close();
    await stop();
  }
}
