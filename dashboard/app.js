// The dashboard: reads /api/v1, shows numbers, keeps the chosen range in the URL. Text from the
// data is only ever set as text.

const byId = (id) => document.getElementById(id);
const count = new Intl.NumberFormat('en-GB');
const REFRESH_MS = 60_000;
const DAY_MS = 86_400_000;

// Money comes as exact decimal text, and is grouped as text: a double could not hold every sum.
function money(text) {
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction ? `${grouped}.${fraction}` : grouped;
}

const iso = (ms) => new Date(ms).toISOString().slice(0, 10);
const addDays = (date, days) => iso(Date.parse(date) + days * DAY_MS);

class ApiError extends Error {}

async function api(path, query = {}) {
  const used = Object.entries(query).filter(([, value]) => value);
  const url = `/api/v1/${path}?${new URLSearchParams(used)}`;
  let response;
  try {
    response = await fetch(url, { headers: { accept: 'application/json' } });
  } catch {
    throw new ApiError('txapi does not answer');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(body.detail ?? `txapi answered with status ${response.status}`);
  return body;
}

// --- the range: days=30, or from and to (both included), in the URL ---

function readRange() {
  const query = new URLSearchParams(location.search);
  const range = { days: query.get('days'), from: query.get('from'), to: query.get('to'),
                  source: query.get('source') ?? '' };
  if (!range.from || !range.to) range.days = /^\d{1,4}$/.test(range.days ?? '') ? range.days : '30';
  else range.days = null;
  return range;
}

function writeRange(range) {
  const query = new URLSearchParams();
  if (range.days) query.set('days', range.days);
  else { query.set('from', range.from); query.set('to', range.to); }
  if (range.source) query.set('source', range.source);
  history.pushState(null, '', `?${query}`);
  refresh();
}

// The dates to ask for: the last days end with the newest date that has data.
function datesOf(range, sources) {
  if (!range.days) return { start: range.from, end: addDays(range.to, 1) };
  const newest = sources.filter((s) => !range.source || s.source === range.source)
    .map((s) => s.last_date).filter(Boolean).sort().at(-1);
  if (!newest) return null;
  return { start: addDays(newest, 1 - Number(range.days)), end: addDays(newest, 1) };
}

// --- what is shown ---

function setNumber(id, value) {
  byId(id).textContent = count.format(value);
  byId(id).dataset.value = value;
}

function ago(time) {
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  const [n, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute']
    : seconds < 129_600 ? [seconds / 3600, 'hour'] : [seconds / 86_400, 'day'];
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(-Math.round(n), unit);
}

const signs = { success: '✓', partial: '!', running: '…', failure: '✗', interrupted: '✗', undone: '↺' };

function showLatestRun(sources) {
  const runs = sources.map((s) => ({ source: s.source, ...s.latest_run })).filter((r) => r.run_id)
    .sort((a, b) => Number(b.run_id) - Number(a.run_id));
  const run = runs[0];
  const time = byId('latest-run-time');
  byId('run-tile').dataset.status = run?.status ?? '';
  byId('latest-run-status').textContent = run ? `${signs[run.status] ?? ''} ${run.status}` : 'none yet';
  byId('latest-run-status').dataset.value = run?.status ?? '';
  if (!run) { time.textContent = 'nothing has been loaded'; return; }
  const at = run.finished_at ?? run.started_at;
  time.dateTime = at;
  time.textContent = `${at.replace('T', ' ').replace('Z', ' UTC')}, ${ago(at)}`;
}

function row(cells) {
  const tr = document.createElement('tr');
  for (const [text, className] of cells) {
    const td = document.createElement('td');
    td.textContent = text ?? '–';
    if (className) td.className = className;
    tr.append(td);
  }
  return tr;
}

function showSources(sources) {
  const rows = sources.flatMap((s) => {
    const run = s.latest_run ?? {};
    const numbers = ['records', 'loaded', 'duplicate', 'rejected']
      .map((name) => [run[name] === undefined ? null : count.format(run[name]), 'n']);
    const line = row([[s.source], [run.status && `${signs[run.status]} ${run.status}`],
      [run.finished_at && ago(run.finished_at)], ...numbers, [s.last_date]]);
    if (!run.error) return [line];
    const error = row([[run.error, 'error']]);
    error.firstChild.colSpan = 8;
    return [line, error];
  });
  if (rows.length === 0) {
    const empty = row([['No source has been loaded yet: run txingest.']]);
    empty.firstChild.colSpan = 8;
    rows.push(empty);
  }
  byId('sources').replaceChildren(...rows);
}

function showSourceChoice(sources, chosen) {
  const select = byId('source');
  const names = ['', ...sources.map((s) => s.source)];
  byId('source-choice').hidden = sources.length < 2;
  if ([...select.options].map((o) => o.value).join('\n') !== names.join('\n')) {
    select.replaceChildren(...names.map((name) => new Option(name || 'all', name)));
  }
  select.value = chosen;
}

function showCounts(transactions, anomalies) {
  setNumber('total-transactions', transactions.total);
  setNumber('total-anomalies', anomalies.total);
  byId('amounts').textContent = transactions.amounts
    .map((a) => `${money(a.amount)} ${a.currency === 'XXX' ? '' : a.currency}`.trim()).join(' · ') || '\u00a0';
  byId('detectors').textContent =
    anomalies.by_detector.map((d) => `${count.format(d.n)} ${d.detector}`).join(' · ') || '\u00a0';
}

// --- the chart: bars of transactions, points of anomalies on an axis of their own ---

let chart = null;

function drawBars(event) {
  const { drawingContext: context, points, dygraph, color } = event;
  const bottom = dygraph.toDomYCoord(0);
  const step = points.length > 1 ? points[1].canvasx - points[0].canvasx : 40;
  context.fillStyle = color;
  for (const point of points) {
    const width = Math.max(1, step * 0.72);
    context.fillRect(point.canvasx - width / 2, point.canvasy, width, bottom - point.canvasy);
  }
}

function drawPoints(event) {
  const { drawingContext: context, points, color } = event;
  context.fillStyle = color;
  for (const point of points) {
    if (!point.yval) continue;
    context.beginPath();
    context.arc(point.canvasx, point.canvasy, 4, 0, 2 * Math.PI);
    context.fill();
  }
}

function showChart(transactions, anomalies) {
  const found = new Map(anomalies.buckets.map((b) => [b.start, b.n]));
  const data = transactions.buckets.map((b) => {
    const date = b.start.slice(0, 10);
    return [new Date(b.start), b.n, found.get(date) ?? 0];
  });
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const most = Math.max(5, ...data.map((d) => d[2]));
  const options = {
    file: data, labels: ['date', 'transactions', 'anomalies'], labelsUTC: true,
    series: {
      transactions: { axis: 'y', color: color('--bar'), plotter: drawBars },
      anomalies: { axis: 'y2', color: color('--anomaly'), plotter: drawPoints },
    },
    ylabel: 'transactions', y2label: 'anomalies',
    axes: { x: { drawGrid: false }, y: { includeZero: true, axisLabelWidth: 60 },
            y2: { independentTicks: true, drawGrid: false, valueRange: [0, most * 1.15] } },
    includeZero: true, gridLineColor: color('--line'), axisLineColor: color('--line'),
    xRangePad: 14, labelsKMB: true, legend: 'never', animatedZooms: false, highlightCircleSize: 0,
    highlightCallback: (event, x, points) => {
      const value = (name) => count.format(points.find((p) => p.name === name)?.yval ?? 0);
      byId('legend').textContent =
        `${iso(x)}: ${value('transactions')} transactions, ${value('anomalies')} anomalies`;
    },
    unhighlightCallback: () => { byId('legend').textContent = legend; },
  };
  const legend = data.length ? 'Bars: transactions. Points: anomalies.' : 'No data in this range.';
  byId('legend').textContent = legend;
  byId('chart').setAttribute('aria-label',
    `Transactions and anomalies a day, ${count.format(transactions.total)} and ${count.format(anomalies.total)} in all`);
  if (!data.length) { chart?.destroy(); chart = null; return; }
  if (chart) chart.updateOptions(options);
  else chart = new Dygraph(byId('chart'), data, options);
}

// --- all together ---

function showRange(range, dates) {
  byId('preset').value = range.days && byId('preset').querySelector(`[value="${range.days}"]`)
    ? range.days : 'free';
  if (dates) { byId('from').value = dates.start; byId('to').value = addDays(dates.end, -1); }
}

let latest = 0;
let shownAt = null;

function showError(error) {
  const age = shownAt ? ` The numbers below are of ${shownAt.toLocaleTimeString('en-GB')}.` : '';
  byId('notice').textContent = `✗ ${error.message}.${age}`;
  byId('notice').hidden = false;
  document.body.dataset.state = 'error';
}

const nothing = { total: 0, amounts: [], by_detector: [], buckets: [] };

async function refresh() {
  const mine = ++latest;
  const range = readRange();
  try {
    const status = await api('ingestion/status');
    const dates = datesOf(range, status.data);
    const query = dates && { ...dates, source: range.source };
    const [transactions, anomalies] = query
      ? await Promise.all([api('transactions/count', { ...query, bucket: 'day' }), api('anomalies/count', query)])
      : [{ data: nothing }, { data: nothing }];
    if (mine !== latest) return;
    showRange(range, dates);
    showSourceChoice(status.data, range.source);
    showCounts(transactions.data, anomalies.data);
    showLatestRun(status.data);
    showSources(status.data);
    showChart(transactions.data, anomalies.data);
    shownAt = new Date();
    byId('as-of').textContent = status.meta.as_of ? `Data as of ${status.meta.as_of.replace('T', ' ').replace('Z', ' UTC')}` : '\u00a0';
    byId('notice').hidden = true;
    document.body.dataset.state = 'ready';
  } catch (error) {
    if (!(error instanceof ApiError)) console.error(error);
    if (mine === latest) showError(error);
  }
}

byId('preset').addEventListener('change', (event) => {
  const range = readRange();
  const free = event.target.value === 'free';
  writeRange(free ? { ...range, days: null, from: byId('from').value, to: byId('to').value }
    : { ...range, days: event.target.value });
});
for (const id of ['from', 'to']) {
  byId(id).addEventListener('change', () => {
    const [from, to] = [byId('from').value, byId('to').value];
    if (from && to) writeRange({ ...readRange(), days: null, from, to });
  });
}
byId('source').addEventListener('change', (event) => writeRange({ ...readRange(), source: event.target.value }));
byId('range').addEventListener('submit', (event) => event.preventDefault());
addEventListener('popstate', refresh);
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', refresh);
setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_MS);
refresh();
