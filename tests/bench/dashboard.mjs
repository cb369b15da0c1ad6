// Measures the dashboard in Chromium, as scripts/bench-dashboard has prepared it: prints "name value" lines.
import { chromium } from 'playwright-core';
import lighthouse, { desktopConfig } from 'lighthouse';
import { launch } from 'chrome-launcher';
import { BASE, look, ready, start, stop, withBrowser } from '../browser.mjs';

const { ROUNDS = '5', LONG } = process.env;
const ALL = `${BASE}/?days=1095`;
const chrome = ['--headless', '--no-sandbox', '--disable-gpu'];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const tell = (name, value) => console.log(`${name} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : value}`);

// Until the frame after the one in which all is shown.
function watch() {
  globalThis.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes, observer) => {
      if (document.body.dataset.state !== 'ready') return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.complete = performance.now(); }));
    }).observe(document.body, { attributes: true });
  });
}

async function view(browser, url, size = { width: 1280, height: 900 }) {
  const context = await browser.newContext({ viewport: size });
  await context.addInitScript(watch);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const wire = { bytes: 0, requests: 0 };
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.requestWillBeSent', (event) => { if (event.request.url.startsWith('http')) wire.requests++; });
  session.on('Network.loadingFinished', (event) => { wire.bytes += event.encodedDataLength; });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.complete);
  await page.waitForLoadState('networkidle');
  return { page, wire, complete: await page.evaluate(() => globalThis.complete), close: () => context.close() };
}

// With a txapi that has just been started, so that nothing is kept yet.
async function firstView(browser, name, url) {
  const times = [];
  for (let round = 0; round < Number(ROUNDS); round++) {
    await stop();
    await start();
    const { wire, complete, close } = await view(browser, url);
    times.push(complete);
    if (round === 0) { tell(`${name}_kib`, wire.bytes / 1024); tell(`${name}_requests`, wire.requests); }
    await close();
  }
  tell(`${name}_ms`, Math.round(median(times)));
}

// Down to the end and back, too, for what comes later.
async function shifts(browser) {
  let most = 0;
  for (const size of [{ width: 1280, height: 900 }, { width: 1280, height: 3000 }, { width: 360, height: 740 }]) {
    const { page, close } = await view(browser, ALL, size);
    await page.locator('#runs-panel').scrollIntoViewIfNeeded();
    await page.waitForSelector('#runs tr[data-run]');
    await look(page);
    await page.waitForLoadState('networkidle');
    most = Math.max(most, await page.evaluate(() => globalThis.shifts));
    await close();
  }
  tell('layout_shift', most);
}

async function pan(browser) {
  const { page, close } = await view(browser, `${BASE}/?${LONG}`);
  await page.hover('#chart');
  await page.waitForSelector('body[data-zoom=ready]');
  tell('pan_points', await page.evaluate(() => Number(document.querySelector('#chart').dataset.points)));
  await page.click('[data-zoom=chart] [data-key="+"]');
  const box = await page.locator('#chart').boundingBox();
  await page.evaluate(() => {
    const redraw = Dygraph.prototype.updateOptions;
    Object.assign(globalThis, { draws: [], frames: [] });
    Dygraph.prototype.updateOptions = function timed(...given) {
      const begin = performance.now();
      redraw.apply(this, given);
      globalThis.draws.push(performance.now() - begin);
    };
    const frame = (now) => { globalThis.frames.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + box.width / 2, box.y + 80);
  await page.mouse.down();
  for (let n = 0; n < 180; n++) await page.mouse.move(box.x + box.width / 2 + 200 * Math.sin(n / 20), box.y + 80);
  await page.mouse.up();
  const { frames, draws } = await page.evaluate(() => ({ frames: globalThis.frames, draws: globalThis.draws }));
  const gaps = frames.slice(1).map((time, i) => time - frames[i]).sort((a, b) => a - b);
  tell('pan_frames_per_second', 1000 * gaps.length / (frames.at(-1) - frames[0]));
  tell('pan_frame_p95_ms', gaps[Math.floor(gaps.length * 0.95)]);
  tell('pan_redraws', draws.length);
  tell('pan_redraw_ms', median(draws));
  await close();
}

async function scores() {
  const browser = await launch({ chromePath: '/usr/bin/chromium', chromeFlags: chrome });
  try {
    for (const [name, config] of [['mobile', undefined], ['desktop', desktopConfig]]) {
      const { lhr } = await lighthouse(ALL, { port: browser.port, output: 'json', logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices'] }, config);
      for (const [id, category] of Object.entries(lhr.categories)) tell(`lighthouse_${name}_${id.replace('-', '_')}`, Math.round(category.score * 100));
      const failed = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && a.scoreDisplayMode !== 'informative');
      for (const audit of failed) console.error(`  ${name}: ${audit.id} ${audit.score} ${audit.displayValue ?? ''}`);
    }
  } finally {
    await browser.kill();
  }
}

await withBrowser(async (browser) => {
  await firstView(browser, 'first_view', BASE);
  await firstView(browser, 'three_years', ALL);
  await shifts(browser);
  await pan(browser);
  await scores();
});
