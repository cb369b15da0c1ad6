// The page: asks for what the address says, shows it, and does so again while it is looked at.

import { ApiError, api, setToken } from './api.js';
import { onAnomalies, queryOf, redrawAnomalies, showAnomalies, showFilters } from './anomalies.js';
import { onChartKeys, pointsOf, showDetectors, showSeries } from './chart.js';
import { showExplanation } from './explanation.js';
import { ago, byId, count, el, moment, signs } from './format.js';
import { showCounts, showHeadline, showLatestRun, sumOf } from './headline.js';
import { onRuns, showRuns } from './runs.js';
import { addDays, datesBefore, datesOf, readState, writeState } from './state.js';
import { onVerdicts } from './verdicts.js';

const REFRESH_MS = 60_000;
const LIVE_MS = 2_000;
const zones = ['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Tokyo', 'Australia/Sydney'];
let latest = 0;
let shownAt = null;
let shownFor = '';
let timer = 0;

function choose(select, values, value) {
  if ([...select.options].map((o) => o.value).join('\n') !== values.join('\n')) {
    select.replaceChildren(...values.map((v) => new Option(v || 'all', v)));
  }
  select.value = value;
}

function showRange(state, dates, sources) {
  byId('preset').value = state.days && byId('preset').querySelector(`[value="${state.days}"]`) ? state.days : 'free';
  if (dates) { byId('from').value = dates.start; byId('to').value = addDays(dates.end, -1); }
  byId('metric').value = state.metric || 'n';
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  choose(byId('tz'), [...new Set([...zones, own, ...sources.map((s) => s.time_zone), state.tz])].filter(Boolean), state.tz);
  choose(byId('source'), ['', ...sources.map((s) => s.source)], state.source);
  byId('source-choice').hidden = sources.length < 2;
}

function sourceRows(s, tz) {
  const run = s.latest_run ?? {};
  const late = s.due_at && Date.parse(s.due_at) < Date.now();
  const due = s.due_at ? `${late ? '✗ was due' : '✓ due'} ${moment(s.due_at, tz)}` : '–';
  const row = el('tr', {}, el('td', {}, el('bdi', {}, s.source)), el('td', { class: `status ${run.status ?? ''}` }, run.status ? `${signs[run.status]} ${run.status}` : 'none yet'),
    el('td', {}, run.finished_at ? ago(run.finished_at) : '–'), ...['records', 'loaded', 'duplicate', 'rejected'].map((n) => el('td', { class: 'n' }, run[n] === undefined ? '–' : count(run[n]))),
    el('td', {}, s.last_date ?? '–'), el('td', { class: late ? 'late' : null }, due), el('td', { class: 'n' }, s.files_waiting ?? '–'));
  return run.error ? [row, el('tr', {}, el('td', { class: 'error', colspan: 10 }, el('bdi', {}, run.error)))] : [row];
}

function showSources(sources, tz) {
  byId('sources').replaceChildren(...(sources.length ? sources.flatMap((s) => sourceRows(s, tz))
    : [el('tr', {}, el('td', { colspan: 10 }, 'No source has been loaded yet: run txingest.'))]));
}

const nothing = { total: 0, amounts: [], by_detector: [], by_severity: [], buckets: [] };

// Counts of both ranges in one answer; the day at which they part is start.
async function ask(state, dates, sources) {
  const { source, tz } = state;
  const before = datesBefore(dates);
  const one = source || (sources.length === 1 ? sources[0].source : '');
  const [transactions, anomalies, past, list, series] = await Promise.all([
    api('transactions/count', { start: before.start, end: dates.end, tz, source, bucket: 'day' }),
    api('anomalies/count', { ...dates, source }),
    api('anomalies/count', { ...before, source, bucket: 'month' }),
    api('anomalies', queryOf(state, dates)),
    one && api('series', { ...dates, source: one, metric: state.metric || 'n' })]);
  return { transactions, anomalies, past, list, series };
}

// The moments of the chosen range: buckets of its first day on. Days are those of tz.
function partOf(buckets, tz, start) {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, dateStyle: 'short' });
  const dated = buckets.map((b) => ({ ...b, start: day.format(new Date(b.start)) }));
  return [dated.filter((b) => b.start >= start), dated.filter((b) => b.start < start)];
}

function show(state, dates, answer) {
  const { transactions, anomalies, past, list, series } = answer;
  const [now, before] = partOf(transactions.data.buckets, state.tz, dates.start);
  showCounts(sumOf(now), sumOf(before), anomalies.data, past.data.total);
  const points = series ? series.data.points : pointsOf(now);
  showSeries('chart', points, byId('legend'), `Transactions a day, ${count(sumOf(now).n)} in all`);
  showDetectors('detector-chart', anomalies.data.buckets, byId('detector-legend'));
  showFilters(state, anomalies.data.by_detector.map((d) => d.detector));
  showAnomalies(list, queryOf(state, dates), list.changed);
}

function showEmpty(state) {
  showCounts(sumOf([]), sumOf([]), nothing, 0);
  showSeries('chart', [], byId('legend'), 'No transactions');
  showDetectors('detector-chart', [], byId('detector-legend'));
  showAnomalies({ data: [], meta: {} }, {}, true);
  showFilters(state, []);
}

function showStale(answers) {
  const ages = answers.map((a) => a?.stale).filter((age) => typeof age === 'number');
  const notice = byId('notice');
  notice.hidden = ages.length === 0;
  if (ages.length) notice.textContent = `! The database is away. These numbers were last known to be right ${Math.max(...ages)} seconds ago.`;
}

function showError(error) {
  if (!(error instanceof ApiError)) console.error(error);
  byId('login').hidden = error.status !== 401;
  byId('notice').textContent = `✗ ${error.message}.${shownAt ? ` The numbers below are of ${shownAt.toLocaleTimeString('en-GB')}, ${ago(shownAt.toISOString())}.` : ''}`;
  byId('notice').hidden = false;
  document.body.dataset.state = 'error';
}

// One request while nothing is new: the status is asked first, and the rest only if it has changed.
async function refresh() {
  const mine = ++latest;
  const state = readState();
  clearTimeout(timer);
  let live = false;
  try {
    const status = await api('ingestion/status');
    const sources = status.data;
    const key = location.search;
    live = sources.some((s) => s.latest_run?.status === 'running');
    const again = status.changed || shownFor !== key || document.body.dataset.state !== 'ready';
    const dates = datesOf(state, sources);
    const answer = again && dates ? await ask(state, dates, sources) : null;
    if (mine !== latest) return;
    showHeadline(sources);
    showLatestRun(sources, state.tz);
    showSources(sources, state.tz);
    if (again) {
      showRange(state, dates, sources);
      if (answer) show(state, dates, answer);
      else showEmpty(state);
      shownFor = key;
      byId('as-of').textContent = status.meta.as_of ? `Data as of ${moment(status.meta.as_of, state.tz)} ${state.tz}, run ${status.meta.run_id}` : '\u00a0';
    }
    showStale([status, ...Object.values(answer ?? {})]);
    byId('login').hidden = true;
    shownAt = new Date();
    document.body.dataset.state = 'ready';
    if (again) await Promise.all([showExplanation(state.anomaly, state.tz), showRuns(state, sources)]);
  } catch (error) {
    if (mine === latest) showError(error);
  } finally {
    if (mine === latest && !document.hidden) timer = setTimeout(refresh, live ? LIVE_MS : REFRESH_MS);
  }
}

function redraw() {
  shownFor = '';
  refresh();
}

byId('preset').addEventListener('change', (event) => {
  writeState(event.target.value === 'free' ? { days: '', from: byId('from').value, to: byId('to').value }
    : { days: event.target.value, from: '', to: '' });
});
for (const id of ['from', 'to']) {
  byId(id).addEventListener('change', () => {
    const [from, to] = [byId('from').value, byId('to').value];
    if (from && to) writeState({ days: '', from, to });
  });
}
for (const id of ['source', 'tz', 'metric']) byId(id).addEventListener('change', (event) => writeState({ [id]: event.target.value }));
for (const id of ['range', 'filters']) byId(id).addEventListener('submit', (event) => event.preventDefault());
byId('login').addEventListener('submit', (event) => {
  event.preventDefault();
  setToken(byId('token').value);
  byId('token').value = '';
  refresh();
});
byId('why-close').addEventListener('click', () => writeState({ anomaly: '' }));
addEventListener('keydown', (event) => { if (event.key === 'Escape' && readState().anomaly) writeState({ anomaly: '' }); });
addEventListener('popstate', refresh);
addEventListener('statechange', refresh);
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : refresh()));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
for (const id of ['chart', 'detector-chart', 'why-chart']) onChartKeys(id);
onAnomalies(showError);
onRuns(showError);
onVerdicts(redrawAnomalies);
refresh();
