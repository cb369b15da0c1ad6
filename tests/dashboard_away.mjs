// One day of data; a token; the database goes away. The environment says how to stop it.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { BASE, is, look, ready, until, views, withBrowser } from './browser.mjs';

const { STOP, TOKEN, SHOTS } = process.env;

async function login(page) {
  await page.goto(BASE);
  await page.waitForSelector('#login:not([hidden])');
  is('without a token it is asked for', true, await page.locator('#token').isVisible());
  is('and nothing else is there', false, await page.locator('.panel').first().isVisible());
  await views(page, 'token');
  await page.fill('#token', 'f'.repeat(32));
  await Promise.all([page.waitForResponse((r) => r.status() === 401), page.click('#login button')]);
  is('a wrong one does not do', true, await page.locator('#token').isVisible());
  await page.fill('#token', TOKEN);
  await page.click('#login button');
  await ready(page);
  is('the right one does', true, await page.locator('#login').isHidden());
  is('and is kept nowhere', '[{},{},""]', await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie])));
}

async function oneDay(page) {
  is('the transactions of one day', '2', await page.getAttribute('#total-transactions', 'data-value'));
  is('are in a chart', true, await page.locator('#chart canvas').count() > 0);
  is('and no anomaly is in words', true, (await page.textContent('#anomalies')).includes('No anomalies'));
}

async function databaseAway(page) {
  execFileSync('sh', ['-c', STOP]);
  await until(async () => {
    await look(page);
    return /database is away/.test(await page.textContent('#notice'));
  }, 250);
  is('a database that is away is said, with the age', true, /right \d+ seconds ago/.test(await page.textContent('#notice')));
  is('and the numbers stay', '2', await page.getAttribute('#total-transactions', 'data-value'));
  await views(page, 'away');
}

mkdirSync(SHOTS, { recursive: true });
await withBrowser(async (browser) => {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await login(page);
  await oneDay(page);
  await databaseAway(page);
});
