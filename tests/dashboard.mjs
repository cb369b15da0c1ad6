// Drives the dashboard in Chromium. The environment says what psql counted.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const { BASE, SHOTS, TXAPI, FOUND, VELOCITY, REJECTED } = process.env;
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let api = null;

function is(what, expected, actual) {
  if (String(expected) === String(actual)) console.log(`ok ${what}`);
  else console.log(`not ok ${what}: expected '${expected}', is '${actual}'`);
}

async function start() {
  api = spawn(TXAPI, { stdio: 'ignore' });
  for (let n = 0; n < 100; n++) {
    if (await fetch(`${BASE}/ready`).then((r) => r.ok, () => false)) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error('txapi does not answer');
}

const stop = () => new Promise((resolve) => { api.once('exit', resolve); api.kill(); });
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
const ready = (page) => page.waitForSelector('body[data-state=ready]');
const rows = (page) => page.locator('#anomalies tr[data-id]').count();

async function textOf(download) {
  return readFileSync(await (await download).path(), 'utf8');
}

async function keyboard(page) {
  await page.goto(BASE);
  await page.waitForSelector('#anomalies tr[data-id]');
  is('the list has what psql has', Math.min(50, FOUND), await rows(page));
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#why-transactions td');
  is('enter opens why, and the address says so', true, page.url().includes('anomaly='));
  await page.keyboard.press('f');
  await page.waitForSelector('#verdicts:not([hidden])');
  const download = page.waitForEvent('download');
  await page.click('#verdict-download');
  const lines = (await textOf(download)).split('\n');
  is('verdicts are the CSV that txingest takes', 'transaction_id,verdict,decided_on,account_id', lines[0]);
  is('with a line of a transaction', true, /,fraud,\d{4}-\d\d-\d\d,/.test(lines[1]));
  await page.goBack();
  await page.waitForSelector('#explanation', { state: 'hidden' });
  await page.selectOption('#detector', 'velocity');
  await page.waitForFunction(() => [...document.querySelectorAll('#anomalies tr[data-id] td:nth-child(3)')].every((td) => td.textContent === 'velocity'));
  is('a filter leaves what psql leaves', VELOCITY, await rows(page));
}

async function rejects(page) {
  await page.goto(`${BASE}/?run=1`);
  await page.waitForSelector('#reject-rows td');
  is('a run opens its rejects', REJECTED, await page.locator('#reject-rows tr').count());
  const download = page.waitForEvent('download');
  await page.click('#rejects-csv');
  is('and gives them as CSV', Number(REJECTED) + 1, (await textOf(download)).trim().split('\n').length);
  is('text from a file is text', 0, await page.locator('main img').count());
}

async function away(page) {
  await page.goto(BASE);
  await ready(page);
  await page.waitForSelector('#runs tr[data-run]');
  const total = await page.textContent('#total-transactions');
  const answers = [];
  page.on('response', (r) => answers.push(r.status()));
  await look(page);
  await page.waitForTimeout(500);
  is('nothing new is one request', '304', answers.join());
  await stop();
  await look(page);
  await page.waitForSelector('body[data-state=error]');
  is('the numbers stay while the API is away', total, await page.textContent('#total-transactions'));
  is('and the page says so', true, (await page.textContent('#notice')).includes('does not answer'));
  await start();
  await look(page);
  await ready(page);
  is('and that it is back', true, await page.locator('#notice').isHidden());
}

async function views(browser) {
  for (const [name, colorScheme, width] of [['light', 'light', 1280], ['dark', 'dark', 1280], ['narrow', 'light', 360]]) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await page.goto(`${BASE}/?run=1`);
    await page.waitForSelector('#anomalies tr[data-id]');
    await page.click('#anomalies tr[data-id] button');
    await page.waitForSelector('#why-transactions td');
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
    is(`${name}: no wider than the screen`, width, await page.evaluate(() => document.documentElement.scrollWidth));
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map((v) => v.id));
    is(`${name}: axe finds nothing`, '', found.join());
    await page.close();
  }
}

mkdirSync(SHOTS, { recursive: true });
await start();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await keyboard(page);
  await rejects(page);
  await away(page);
  await views(browser);
} finally {
  await browser.close();
  await stop();
}
