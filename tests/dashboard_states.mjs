// The dashboard with data and runs of all sorts, which tests/run/dashboard_states.sh makes, a step at a time.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { BASE, is, look, openTable, ready, textOf, until, views, withBrowser } from './browser.mjs';

const { STEP, LIST, SHOTS } = process.env;

// What the script prints of a step when it has done it.
const step = (...words) => execFileSync('bash', [STEP, ...words], { encoding: 'utf8', timeout: 60_000 }).trim();
const sql = (text) => step('sql', text);
const valueOf = (page, id) => page.getAttribute(`#${id}`, 'data-value');
const headline = async (page) => `${await page.getAttribute('#headline', 'data-level')}: ${await page.textContent('#headline')}`;

async function open(page, query = '') {
  await page.goto(`${BASE}/${query}`);
  await ready(page);
}

async function empty(page) {
  const policy = (await page.goto(BASE)).headers()['content-security-policy'];
  is('the policy lets nothing in from elsewhere, nor inline', true, policy.includes("default-src 'self'") && !/unsafe|http|data:|\*/.test(policy) || policy);
  await ready(page);
  is('an empty database is said to be one', 'none: – Nothing here yet: run txingest', await headline(page));
  is('with nothing in it', '0 0', `${await valueOf(page, 'total-transactions')} ${await valueOf(page, 'total-anomalies')}`);
  await views(page, 'empty');
}

async function well(page) {
  is('twenty days are loaded', '0', step('one'));
  await open(page);
  is('all is well', true, /^good: ✓ All is well.*last run \d+ seconds? ago, 20 loaded, 0 duplicate, 0 rejected; data to 2025-11-28$/.test(await headline(page)));
  is('no anomalies', true, (await page.textContent('#anomalies')).includes('No anomalies'));
  await views(page, 'well');
}

async function years(page) {
  step('years');
  await open(page, '?from=2016-01-01&to=2025-12-31');
  is('ten years are what psql counts', sql('SELECT count(*) FROM transactions'), await valueOf(page, 'total-transactions'));
  is('a point a day', 3653, await page.getAttribute('#chart', 'data-points'));
  await openTable(page, 'chart-table');
  const states = await page.locator('#chart-table tbody td:last-child').evaluateAll((cells) => cells.map((cell) => cell.textContent));
  is('days that were not loaded are told', sql("SELECT 3653 - count(DISTINCT tx_date) FROM transactions"), states.filter((s) => s === 'not loaded').length);
  is('and those with too little history', true, states.includes('no opinion') && /too little history.*not loaded/.test(await page.textContent('#legend')));
  await page.click('#chart-table summary');
  await views(page, 'years');
}

async function naughty(page) {
  step('naughty');
  await open(page, '?order=score&source=t');
  const account = (nth) => page.locator('#anomalies tr .link').nth(nth).textContent();
  is('a very long id is there whole', `account ${'L'.repeat(1024)}`, await account(0));
  is('and text from right to left', 'account حساب العميل ١٢٣ שלום', await account(1));
  is('and script', 'account <script>document.title=1</script>', await account(2));
  is('and no wider than the list', true, await page.evaluate(() => [...document.querySelectorAll('#list')].every((e) => e.scrollWidth <= e.clientWidth)));
  await views(page, 'naughty');
  while (await page.locator('#more').isVisible()) {
    const before = await page.locator('#anomalies tr').count();
    await page.click('#more');
    await page.waitForFunction((n) => document.querySelectorAll('#anomalies tr').length > n, before);
  }
  const shown = (await page.locator('#anomalies tr .link').allTextContents()).map((text) => text.slice('account a'.length));
  const wanted = JSON.parse(readFileSync(LIST, 'utf8'));
  const here = new Set(shown);
  is('every naughty string is there as it is', '0 ', `${wanted.filter((text) => !here.has(text)).length} ${wanted.filter((text) => !here.has(text)).slice(0, 3).join(' ')}`);
  is('none did anything', '0 ! txmon', `${await page.locator('main img, main script, main iframe').count()} ${await page.title()}`);
}

async function evidence(page) {
  await open(page, `?anomaly=${sql("SELECT anomaly_id FROM anomaly WHERE transaction_id = 'rtl'")}`);
  await page.click('#why-training summary');
  is('the training days are the detector\'s', '2025-11-18 2|2025-11-19 2.5', (await page.locator('#why-training li').allTextContents()).join('|'));
  is('with how many', '2 training days', await page.textContent('#why-training summary'));
  const facts = await page.textContent('#why-facts');
  is('and what was left out', true, facts.includes('Left out: 2025-11-14 to 2025-11-16 (not loaded), 2025-11-17 (confirmed fraud)'));
  is('and its arithmetic', true, facts.includes('median of 2 days = 2.25'));
  await page.waitForSelector('#why-transactions td');
  const row = await page.locator('#why-transactions tbody td').allTextContents();
  is('the transaction has its file and line', `<b>naughty.csv ${sql("SELECT line FROM transactions WHERE transaction_id = 'rtl'")}`, row.slice(-2).join(' '));
  await page.locator('#runs-panel').scrollIntoViewIfNeeded();
  await page.waitForSelector('#runs tr[data-run]');
  await page.click('#runs tr[data-run] .link');
  await page.waitForSelector('#reject-rows td');
  is('a finding with days of its own is compared with those alone', 0, await page.locator('#why-compared').count());
  await views(page, 'evidence');
  await open(page, `?anomaly=${sql("SELECT anomaly_id FROM anomaly WHERE transaction_id = 'bare'")}`);
  is('one without says in a line what it is compared with', 'Compared with what came up to 5 days before, day by day not listed: what is paid to BARE',
    await page.textContent('#why-compared'));
  is('and lists none', 0, await page.locator('#why-training').count());
}

async function many(page) {
  step('many');
  await open(page, '?from=2025-11-21&to=2025-11-21');
  is('ten thousand anomalies are counted', '10000', await valueOf(page, 'total-anomalies'));
  is('and listed in pages', 'the first 50', await page.textContent('#list-count'));
  await views(page, 'many');
  await page.click('#more');
  is('of fifty', true, await until(async () => await page.textContent('#list-count') === 'the first 100'));
  await page.fill('#q', 'm777');
  await page.keyboard.press('Enter');
  const wanted = sql("SELECT count(*) FROM anomaly WHERE transaction_id LIKE '%m777%'");
  is('text in them is found', true, await until(async () => await page.textContent('#list-count') === `${wanted} in all`));
}

async function verdicts(page) {
  await open(page, `?subject=${encodeURIComponent('حساب العميل ١٢٣ שלום')}`);
  await page.focus('#list');
  await page.keyboard.press('j');
  await page.keyboard.press('l');
  is('l marks as legitimate', true, await until(async () => (await page.textContent('#anomalies')).includes('✓ legitimate')));
  await page.keyboard.press('f');
  is('f as fraud', true, await until(async () => (await page.textContent('#anomalies')).includes('⚑ fraud')));
  const download = page.waitForEvent('download');
  await page.click('#verdict-download');
  const file = `${SHOTS}/verdicts.csv`;
  writeFileSync(file, await textOf(download));
  is('txingest verdicts takes what was downloaded', '0', step('decided', file));
  is('and has it', 'rtl fraud', sql("SELECT transaction_id || ' ' || verdict FROM verdict"));
  await open(page);
  is('what is said is said of the load before it', true, /^good: .* 10,000 loaded/.test(await headline(page)));
  writeFileSync(`${SHOTS}/verdicts-bad.csv`, 'no,header\n');
  is('verdicts that cannot be loaded', '1', step('decided', `${SHOTS}/verdicts-bad.csv`));
  await open(page);
  is('are told', true, /^warn: .*verdicts ended as failure, \d+ seconds? ago/.test(await headline(page)));
  step('decided', file);
  await open(page);
  is('until they are', true, /^good: .* 10,000 loaded/.test(await headline(page)));
}

async function backAndForward(page) {
  await open(page);
  const at = () => page.url().slice(BASE.length);
  await page.selectOption('#preset', '7');
  await until(async () => await valueOf(page, 'total-transactions') === '7');
  await page.selectOption('#order', 'score');
  is('what is chosen is in the address', '/?days=7&order=score', at());
  await page.goBack();
  is('back takes it back', true, await until(async () => at() === '/?days=7' && await page.inputValue('#order') === 'newest'));
  await page.goBack();
  is('and further', true, await until(async () => await page.inputValue('#preset') === '30'));
  await page.goForward();
  is('forward, too', true, await until(async () => await page.inputValue('#preset') === '7'));
}

async function freeRange(page) {
  await open(page);
  await page.fill('#from', '2025-11-20');
  await page.fill('#to', '2025-11-20');
  const wanted = sql("SELECT count(*) FROM transactions WHERE tx_date = '2025-11-20'");
  is('from and to are chosen freely', true, await until(async () => await valueOf(page, 'total-transactions') === wanted));
  is('and are in the address', '/?from=2025-11-20&to=2025-11-20', page.url().slice(BASE.length));
  await page.selectOption('#metric', 'amount');
  const amount = sql("SELECT trim_scale(sum(amount)) FROM transactions WHERE tx_date = '2025-11-20'");
  await openTable(page, 'chart-table');
  is('amounts instead of counts', true, await until(async () => (await page.locator('#chart-table tbody td').allTextContents())[1]?.replaceAll(',', '') === amount));
}

async function sources(page) {
  step('second');
  await open(page, '?from=2025-11-01&to=2025-11-30');
  is('several sources are counted together', sql("SELECT count(*) FROM transactions WHERE tx_date >= '2025-11-01' AND tx_date <= '2025-11-30'"), await valueOf(page, 'total-transactions'));
  is('each is listed', 't|u', (await page.locator('#sources td:first-child bdi').allTextContents()).join('|'));
  is('whose band is shown is asked', true, (await page.textContent('#legend')).includes('Choose a source'));
  await page.selectOption('#source', 'u');
  is('one is chosen', true, await until(async () => await valueOf(page, 'total-transactions') === '2'));
}

async function late(page) {
  step('late');
  await open(page);
  is('what is late is said to be', true, /^bad: ✗ Something is wrong.*data behind 2025-11-28 was due \d+ days ago/.test(await headline(page)));
  await views(page, 'late');
}

async function failed(page) {
  step('failed');
  await open(page, '?run=1');
  is('a failed run is said to be', true, /^bad: .*the last run ended as failure, \d+ seconds? ago/.test(await headline(page)));
  is('and in the title', '✗ txmon', await page.title());
  is('with its error', true, (await page.textContent('#sources')).includes('one.csv'));
  step('decided', `${SHOTS}/verdicts.csv`);
  await open(page, '?run=1');
  is('and verdicts do not hide it', true, /^bad: .*the last run ended as failure/.test(await headline(page)));
  is('nor in the tile', 'failure', await valueOf(page, 'latest-run-status'));
  await views(page, 'failed');
}

async function underWay(page) {
  is('a run is held', '', step('held'));
  await open(page);
  await page.locator('#runs-panel').scrollIntoViewIfNeeded();
  await page.waitForSelector('#runs progress');
  is('a run under way shows how far it is', '100 %, 8,192 records, at 2026-03-08', (await page.textContent('#runs tr:has(progress)')).trim());
  const later = await page.context().browser().newPage();
  await later.clock.setFixedTime(Date.now() + 600_000);
  await open(later);
  is('one that was not heard of for long is said to be', true, /^bad: .*was last heard of 10 minutes ago/.test(await headline(later)));
  await later.close();
  step('release');
  is('and, by itself, that it has ended', true, await until(async () => await page.locator('#runs progress').count() === 0
    && (await page.textContent('#runs tr[data-run]')).includes('success')));
}

// As if there had been a run a day, and on some days one that loads nothing: these have none.
async function nights(page) {
  sql(`UPDATE ingestion_run SET started_at = timestamptz '2025-12-01 05:00Z' + run_id * interval '1 day',
                                finished_at = timestamptz '2025-12-01 07:00Z' + run_id * interval '1 day';
       UPDATE ingestion_run SET last_date = '2025-12-02' WHERE run_id = 2`);
  const wanted = sql(`SELECT string_agg(coalesce(CASE WHEN run_id = 2 THEN 'late' WHEN rejected > 0 AND status = 'success' THEN 'partial' ELSE status END, 'none'), ' ' ORDER BY day)
                        FROM (SELECT generate_series(min(run_id), max(run_id)) AS day FROM ingestion_run WHERE source_id = 1 AND mode = 'ingest') AS d
                        LEFT JOIN ingestion_run ON run_id = day AND mode = 'ingest'`);
  const cells = () => page.evaluate(() => [...document.querySelectorAll('#run-days i')].map((i) => i.className).join(' '));
  await until(async () => { await open(page, '?source=t'); return await cells() === wanted; }, 250);
  is('each day of runs has its cell', wanted, await cells());
  is('and all kinds are there', true, ['late', 'partial', 'failure', 'none', 'success'].every((kind) => wanted.split(' ').includes(kind)));
  is('in words, too', true, /\d+ whole/.test(await page.getAttribute('#run-days .strip', 'aria-label')));
  await views(page, 'nights');
}

// The page's own clock; the network's stays.
async function hidden(browser) {
  const page = await browser.newPage();
  await page.clock.install();
  await open(page);
  await page.waitForLoadState('networkidle');
  const asked = [];
  page.on('response', (r) => asked.push(`${r.status()} ${new URL(r.url()).pathname}`));
  const hide = (isHidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
  await page.clock.runFor(61_000);
  is('each minute one request, if nothing is new', true, await until(() => asked.length > 0) && asked.join() === '304 /api/v1/ingestion/status');
  await hide(true);
  await page.clock.runFor(600_000);
  is('none while the tab is hidden', 1, asked.length);
  await hide(false);
  is('and one when it is seen again', true, await until(() => asked.length === 2));
  await page.close();
}

async function motion(page) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  await page.focus('#chart');
  await page.waitForSelector('body[data-zoom=ready]');
  await page.keyboard.press('+');
  const moving = await page.evaluate(() => document.getAnimations().length
    + [...document.querySelectorAll('*')].filter((e) => /^(?!0s).*[1-9]/.test(`${getComputedStyle(e).transitionDuration}`) || getComputedStyle(e).scrollBehavior === 'smooth').length);
  is('nothing moves by itself', 0, moving);
  await page.emulateMedia({ reducedMotion: null });
}

mkdirSync(SHOTS, { recursive: true });
await withBrowser(async (browser) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  const told = [];
  page.on('console', (m) => { if (m.type() === 'error') told.push(m.text()); });
  page.on('pageerror', (error) => told.push(String(error)));
  page.on('dialog', (dialog) => dialog.accept());
  for (const part of [empty, well, years, naughty, evidence, many, verdicts, backAndForward, freeRange, late, failed, underWay, nights, sources, motion]) {
    const began = Date.now();
    await part(page).catch((error) => is(`${part.name} gets through`, '', error.message));
    console.log(`# ${part.name}: ${Date.now() - began} ms`);
  }
  await hidden(browser);
  is('nothing is told to the console, nor kept out by the policy', '', told.join(' | '));
});
