// Drives the dashboard in Chromium. The environment says what psql counted.
import { mkdirSync, readFileSync } from 'node:fs';
import { BASE, is, look, openTable, ready, start, stop, textOf, until, withBrowser } from './browser.mjs';

const { SHOTS, AMOUNTS, CRITICAL, FOUND, BEYOND, VELOCITY, VELOCITY_ID, REJECTED, BERLIN, TEN, DAYS, RUN, HOSTILE, LONG } = process.env;
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const rows = (page) => page.locator('#anomalies tr[data-id]').count();

async function firstView(page) {
  const asked = [];
  await page.addInitScript(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifts += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  });
  const onRequest = (request) => { if (request.url().startsWith(BASE)) asked.push(request.url()); };
  page.on('request', onRequest);
  await page.goto(BASE);
  await ready(page);
  await page.waitForLoadState('networkidle');
  page.off('request', onRequest);
  is('the first view needs fifteen requests at most', true, asked.length <= 15 || asked.join(' '));
  const bytes = await page.evaluate(() => performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0));
  is('and 250 KiB', true, (bytes > 50_000 && bytes <= 256_000) || bytes);
  is('nothing moves while numbers arrive', 0, await page.evaluate(() => globalThis.shifts));
}

// At once, without having been looked at further down.
async function paper(page) {
  await page.goto(`${BASE}/?anomaly=${VELOCITY_ID}`);
  await page.waitForSelector('#why-transactions td');
  const wanted = ['#headline', '#chart canvas', '#detector-chart canvas', '#anomalies tr[data-id]', '#why-training li', '#why-transactions td', '#sources td', '#runs tr[data-run]'];
  await page.evaluate((selectors) => {
    matchMedia('print').addEventListener('change', () => { globalThis.printed ??= selectors.filter((s) => !document.querySelector(s)?.checkVisibility()).join(); });
  }, wanted);
  const pdf = await page.pdf();
  is('what is printed is all that there is', '', await page.evaluate(() => globalThis.printed));
  is('on several pages', true, pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length > 1);
  is('and on the screen it is as it was', false, await page.locator('#why-training li').first().isVisible());
}

async function keyboard(page) {
  await page.goto(BASE);
  await ready(page);
  is('amounts a currency are psql\'s', AMOUNTS, await page.textContent('#amounts'));
  is('the list has what psql has', Math.min(50, FOUND), await rows(page));
  is('and says how many are beyond the budget', Number(BEYOND) > 0, (await page.textContent('#states')).includes(`${FOUND} shown · ${BEYOND} beyond the budget`));
  await page.keyboard.press('j');
  is('letters outside the list do nothing', 'BODY', await page.evaluate(() => document.activeElement.tagName));
  await page.focus('#list');
  const at = () => page.evaluate(() => [...document.querySelectorAll('#anomalies tr')].indexOf(document.activeElement.closest('tr')));
  for (const [key, row] of [['j', 0], ['j', 1], ['j', 2], ['k', 1], ['k', 0]]) {
    await page.keyboard.press(key);
    is(`${key} goes to row ${row}`, row, await at());
  }
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
  const key = page.locator('#detector-legend button', { hasText: /^velocity$/ });
  is('its key below the chart is pressed', 'true', await key.getAttribute('aria-pressed'));
  await key.click();
  is('which takes it back', true, await until(async () => await rows(page) === Math.min(50, FOUND) && await page.inputValue('#detector') === ''));
  await key.click();
  is('and sets it', true, await until(async () => await rows(page) === Number(VELOCITY) && await page.inputValue('#detector') === 'velocity'));
  await page.selectOption('#detector', '');
  await page.selectOption('#severity', 'critical');
  is('and so does the severity', true, await until(async () => await rows(page) === Number(CRITICAL)));
}

// Cells of a table's rows, without signs.
const cellsOf = (page, row) => page.locator(row).first().locator('td').allTextContents().then((texts) => texts.map((text) => text.replace(/^[✓!✗…] |,/g, '')));

async function numbers(page) {
  await page.goto(`${BASE}/?from=2026-02-20&to=2026-03-01`);
  await ready(page);
  is('the range is compared with the one before', TEN, await page.textContent('#transactions-change'));
  await openTable(page, 'detector-chart-table');
  const days = await page.locator('#detector-chart-table tbody tr').evaluateAll((rows) => rows.map((row) => {
    const [date, ...ns] = [...row.cells].map((cell) => cell.textContent);
    return `${date} ${ns.reduce((sum, n) => sum + Number(n.replace(',', '')), 0)}`;
  }));
  is('anomalies a day are psql\'s', DAYS, days.join(', '));
  await page.waitForSelector('#runs tr[data-run]');
  const [run, source, mode, status, , , ...counts] = await cellsOf(page, '#runs tr[data-run]');
  is('a run is what its row says', RUN, [run, source, mode, status, ...counts].join(' '));
  await page.click('#newest .link');
  is('the newest date is a click away', true, await until(async () => page.url().endsWith('?from=2026-03-01&to=2026-03-01')
    && await page.getAttribute('#total-anomalies', 'data-value') === DAYS.split(' ').at(-1)));
  await page.goto(`${BASE}/?state=overflow`);
  await ready(page);
  is('what is beyond the budget can be looked at', Math.min(50, BEYOND), await rows(page));
}

async function letters(page) {
  await page.goto(BASE);
  await page.waitForSelector('#anomalies tr[data-id]');
  await page.uncheck('#letters');
  await page.reload();
  await page.waitForSelector('#anomalies tr[data-id]');
  await page.focus('#list');
  await page.keyboard.press('j');
  is('letters that are switched off stay so', 'list', await page.evaluate(() => document.activeElement.id));
  await page.check('#letters');
}

async function explanation(page) {
  await page.goto(`${BASE}/?anomaly=${VELOCITY_ID}`);
  await page.waitForSelector('#why-transactions td');
  const text = await page.textContent('#why-transactions');
  is('hostile text of a transaction is on the screen', true, text.includes(HOSTILE));
  is('and is text', '0 ! txmon', `${await page.locator('main img').count()} ${await page.title()}`);
  is('very long ids are there whole', true, text.includes(LONG));
  is('fifty transactions at first', 50, await page.locator('#why-transactions tbody tr').count());
  await page.click('#why-transactions > button');
  await page.waitForFunction(() => document.querySelectorAll('#why-transactions tbody tr').length > 50);
  is('and the arithmetic', true, (await page.textContent('.arithmetic')).includes('='));
  await page.click('#why-training summary');
  is('and the days behind it', true, (await page.locator('#why-training li').count()) >= 7);
  await page.goto(`${BASE}/?anomaly=0123456789abcdef`);
  await page.waitForSelector('#explanation:not([hidden])');
  is('an id that is none is said in its place', 'ready', await page.getAttribute('body', 'data-state'));
  is('in words', true, (await page.textContent('#why-reason')).includes('No finding has the id'));
}

async function chart(page) {
  await page.goto(BASE);
  await page.waitForSelector('#chart canvas');
  await page.focus('#chart');
  await page.waitForSelector('body[data-zoom=ready]');
  const all = await windowOf(page);
  const press = (key) => () => page.keyboard.press(key);
  const inside = await moves(page, '+ zooms in', press('+'), ([a, b]) => a > all[0] && b < all[1]);
  const later = await moves(page, 'an arrow pans', press('ArrowRight'), ([a, b]) => a > inside[0] && b > inside[1] && b - a === inside[1] - inside[0]);
  await moves(page, '- zooms out', press('-'), ([a, b]) => b - a > later[1] - later[0]);
  await moves(page, '0 shows all', press('0'), same(all));
  const button = (name) => () => page.click(`[data-zoom=chart] button:text-is("${name}")`);
  const closer = await moves(page, 'so do buttons', button('+'), ([a, b]) => a > all[0] && b < all[1]);
  await moves(page, 'which pan', button('←'), ([a]) => a < closer[0]);
  await moves(page, 'and show all', button('All'), same(all));
  await openTable(page, 'chart-table');
  is('the chart is there as a table', 30, await page.locator('#chart-table tbody tr').count());
  const pixel = () => page.evaluate(() => document.querySelector('#chart canvas').toDataURL());
  const light = await pixel();
  await page.emulateMedia({ colorScheme: 'dark' });
  is('and takes the dark colours', true, await until(async () => await pixel() !== light));
  await page.emulateMedia({ colorScheme: 'light' });
}

// What a chart shows: its first and its last moment, in days.
const windowOf = async (page) => (await page.getAttribute('#chart', 'data-window')).split(' ').map((date) => Date.parse(date) / 86_400_000);
const same = (wanted) => (window) => window.join() === wanted.join();

// Does something, and waits until what the chart shows is as it should be.
async function moves(page, what, act, isRight) {
  await act();
  is(what, true, await until(async () => isRight(await windowOf(page))));
  return windowOf(page);
}

async function mouse(page) {
  await page.goto(BASE);
  await page.waitForSelector('#chart canvas');
  await page.hover('#chart');
  await page.waitForSelector('body[data-zoom=ready]');
  const all = await windowOf(page);
  const { x, y, width } = await page.locator('#chart').boundingBox();
  const drag = async (from, to) => {
    await page.mouse.move(x + width * from, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + width * (from + to) / 2, y + 90);
    await page.mouse.move(x + width * to, y + 60);
    await page.mouse.up();
  };
  const inside = await moves(page, 'a drag of the mouse zooms', () => drag(0.3, 0.7), ([a, b]) => a > all[0] + 5 && b < all[1] - 5);
  await page.keyboard.down('Shift');
  await moves(page, 'with Shift it pans', () => drag(0.6, 0.4), ([a, b]) => a > inside[0] && b > inside[1]);
  await page.keyboard.up('Shift');
  await moves(page, 'a double click shows all', () => page.mouse.dblclick(x + width / 2, y + 60), same(all));
  await page.mouse.move(x + width / 2, y + 60);
  const pointedAt = async () => (await page.textContent('#legend')).slice(0, 10);
  await until(async () => /^2026-0/.test(await pointedAt()));
  const day = await pointedAt();
  is('what is pointed at is said, in both charts', true, /^2026-0/.test(day) && (await page.textContent('#detectors-at')).startsWith(day));
  is('with a line', 2, await page.locator('.cross:visible').count());
  await page.keyboard.down('Control');
  await moves(page, 'Ctrl and the wheel zoom', () => page.mouse.wheel(0, -100), ([a, b]) => b - a < all[1] - all[0]);
  await page.keyboard.up('Control');
  await page.mouse.wheel(0, 200);
  is('the wheel alone moves the page', true, await until(() => page.evaluate(() => scrollY > 0)));
  await page.goto(BASE);
  await page.waitForSelector('#chart canvas');
  await page.hover('#chart');
  await page.waitForSelector('body[data-zoom=ready]');
  await page.mouse.click(x + width / 2, y + 60);
  is('a click leaves that day', true, await until(async () => page.url().endsWith(`?from=${day}&to=${day}`) && await page.getAttribute('#chart', 'data-points') === '1'));
  is('in the middle', true, await until(async () => (await page.locator('#chart .dygraph-axis-label-x').allTextContents()).join() === day));
  await page.goBack();
  is('and back shows all again', true, await until(async () => await page.getAttribute('#chart', 'data-points') === '30'));
}

async function touch(browser) {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 400, height: 800 } });
  const page = await context.newPage();
  await page.goto(BASE);
  await page.waitForSelector('#chart canvas');
  await page.tap('#chart-title');
  await page.waitForSelector('body[data-zoom=ready]');
  await page.locator('#chart').scrollIntoViewIfNeeded();
  const session = await context.newCDPSession(page);
  const all = await windowOf(page);
  const { x, y, width } = await page.locator('#chart').boundingBox();
  // Steps of where fingers are across the chart, as shares of its width; all move down by fall.
  const swipe = async (steps, fall = 0) => {
    for (const [nth, shares] of steps.entries()) {
      await session.send('Input.dispatchTouchEvent', { type: nth ? 'touchMove' : 'touchStart',
        touchPoints: shares.map((share, id) => ({ x: Math.round(x + width * share), y: Math.round(y + 120 + nth * fall), id })) });
    }
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  const inside = await moves(page, 'two fingers zoom', () => swipe([[0.45, 0.55], [0.4, 0.6], [0.3, 0.7], [0.2, 0.8]]), ([a, b]) => a > all[0] + 5 && b < all[1] - 5);
  await moves(page, 'one finger pans', () => swipe([[0.7], [0.6], [0.5], [0.4]]), ([a, b]) => a > inside[0] && b > inside[1]);
  const before = await page.evaluate(() => scrollY);
  await swipe(Array(12).fill([0.5]), -10);
  is('up and down it moves the page', true, await until(async () => await page.evaluate(() => scrollY) > before + 50));
  await context.close();
}

async function zone(page) {
  await page.goto(`${BASE}/?from=2026-02-10&to=2026-02-12`);
  await ready(page);
  await page.selectOption('#tz', 'Europe/Berlin');
  await page.waitForFunction((n) => document.querySelector('#total-transactions').dataset.value === n, BERLIN).catch(() => {});
  is('days are those of the zone that is chosen', BERLIN, await page.getAttribute('#total-transactions', 'data-value'));
  is('and the address has it', true, page.url().includes('tz=Europe%2FBerlin'));
}

async function rejects(page) {
  await page.goto(`${BASE}/?run=1`);
  await page.waitForSelector('#reject-rows td');
  is('a run opens its rejects', REJECTED, await page.locator('#reject-rows tr').count());
  const download = page.waitForEvent('download');
  await page.click('#rejects-csv');
  is('and gives them as CSV', Number(REJECTED) + 1, (await textOf(download)).trim().split('\n').length);
  is('hostile text of a rejected record is on the screen', true, (await page.textContent('#reject-rows')).includes(HOSTILE));
  is('as text', '0 ! txmon', `${await page.locator('main img').count()} ${await page.title()}`);
}

async function away(page) {
  await page.goto(BASE);
  await ready(page);
  await page.locator('#runs-panel').scrollIntoViewIfNeeded();
  await page.waitForSelector('#runs tr[data-run]');
  const total = await page.textContent('#total-transactions');
  const answers = [];
  page.on('response', (r) => answers.push(r.status()));
  await Promise.all([page.waitForResponse((r) => r.url().endsWith('/status')), look(page)]);
  await page.evaluate(() => new Promise((resolve) => { requestIdleCallback(resolve); }));
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
    await page.screenshot({ path: `${SHOTS}/${name}-first.png` });
    await page.click('#anomalies tr[data-id] button');
    await page.waitForSelector('#why-transactions td');
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
    for (const part of ['explanation', 'runs-panel']) await page.locator(`#${part}`).screenshot({ path: `${SHOTS}/${name}-${part}.png` });
    await page.locator('#list').screenshot({ path: `${SHOTS}/${name}-list.png` });
    is(`${name}: no wider than the screen`, width, await page.evaluate(() => document.documentElement.scrollWidth));
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map((v) => v.id));
    is(`${name}: axe finds nothing`, '', found.join());
    await page.close();
  }
}

mkdirSync(SHOTS, { recursive: true });
await withBrowser(async (browser) => {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await firstView(page);
  await paper(page);
  await keyboard(page);
  await numbers(page);
  await letters(page);
  await explanation(page);
  await chart(page);
  await mouse(page);
  await touch(browser);
  await zone(page);
  await rejects(page);
  await away(page);
  await views(browser);
});
