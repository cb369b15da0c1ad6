// The page: asks for what the address says, shows it, and does so again while it is looked at.

import { filtersOf, onAnomalies, queryOf, showAnomalies, showFilters } from './anomalies.js';
import { onCharts, pointsOf, showDetectors, showSeries } from './chart.js';
import { ApiError, addDays, api, datesBefore, datesOf, hasToken, readState, setToken, writeState } from './ask.js';
import { addMoney, ago, byId, change, count, el, moment, money, severitySigns } from './format.js';
import { onRuns, showHeadline, showLatestRun, showRuns, showSources } from './runs.js';

const REFRESH_MS = 60_000;
const LIVE_MS = 2_000;
const SERIES_DAYS = 3_700; // no more at once
const zones = ['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Tokyo', 'Australia/Sydney'];
let latest = 0;
let shownAt = null;
let shownFor = null;
let timer = 0;
let rejects = null;
let known = [];

const severe = ['critical', 'high', 'medium', 'low'];

function setNumber(id, value) {
  byId(id).textContent = count(value);
  byId(id).dataset.value = value;
}

// The buckets of both ranges come in one answer: split is the first moment of the chosen one.
function sumOf(buckets) {
  const amounts = new Map();
  let n = 0;
  for (const bucket of buckets) {
    n += bucket.n;
    for (const a of bucket.amounts ?? []) amounts.set(a.currency, addMoney(amounts.get(a.currency) ?? '0', a.amount));
  }
  return { n, amounts, days: buckets.filter((b) => b.n).length };
}

// Likewise of the anomalies, by what is asked for: severity or state.
function foundIn(buckets, kind) {
  const found = new Map();
  for (const each of buckets.flatMap((b) => b[`by_${kind}`])) found.set(each[kind], (found.get(each[kind]) ?? 0) + each.n);
  return found;
}

const severityWords = (found) => severe.filter((s) => found.get(s))
  .map((s) => `${severitySigns[s]}\u00a0${count(found.get(s))}\u00a0${s}`).join('  ');
const totalOf = (buckets) => buckets.reduce((sum, b) => sum + b.n, 0);

// Of the newest date, which is what there is to look at first.
function showNewest(day) {
  const open = () => writeState({ days: '', from: day.start, to: day.start });
  byId('newest').replaceChildren(...(day ? ['of them on ', el('button', { type: 'button', class: 'link', onclick: open }, day.start),
    `: ${severityWords(foundIn([day], 'severity')) || 'none'}`] : []));
}

// days: the chosen range's of the anomalies; anomaliesBefore: how many there were in the one before.
function showCounts(now, before, days, anomaliesBefore) {
  setNumber('total-transactions', now.n);
  setNumber('total-anomalies', totalOf(days));
  byId('transactions-change').textContent = change(now, before);
  byId('anomalies-change').textContent = change({ n: totalOf(days), days: now.days }, { n: anomaliesBefore, days: before.days });
  byId('amounts').textContent = [...now.amounts]
    .map(([currency, amount]) => `${money(amount)} ${currency === 'XXX' ? '' : currency}`.trim()).join(' · ') || '\u00a0';
  const [severities, states] = [foundIn(days, 'severity'), foundIn(days, 'state')];
  byId('severities').textContent = severityWords(severities) || 'none';
  showNewest(days.length > 1 && severities.size ? days.at(-1) : null);
  const [beyond, suppressed] = [states.get('overflow') ?? 0, states.get('suppressed') ?? 0];
  byId('states').textContent = [[states.get('shown') ?? 0, 'shown'], [beyond, 'beyond the budget'], [suppressed, 'suppressed']]
    .filter(([n]) => n && (beyond || suppressed)).map(([n, text]) => `${count(n)} ${text}`).join(' · ');
}

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
  byId('scope').textContent = dates ? `${dates.start} to ${addDays(dates.end, -1)}, ${state.tz}, ${state.source || 'all sources'}`
    + filtersOf(state) : '';
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  choose(byId('tz'), [...new Set([...zones, own, ...sources.map((s) => s.time_zone), state.tz])].filter(Boolean), state.tz);
  choose(byId('source'), ['', ...sources.map((s) => s.source)], state.source);
}

// Of the one source that is looked at, in pieces that the API gives at once.
async function seriesOf(source, dates, metric) {
  const pieces = [];
  for (let { start } = dates; start < dates.end; start = addDays(start, SERIES_DAYS)) {
    const end = addDays(start, SERIES_DAYS);
    pieces.push(api('series', { start, end: end < dates.end ? end : dates.end, source, metric }));
  }
  return (await Promise.all(pieces)).flatMap((piece) => piece.data.points);
}

// Counts of both ranges in one answer; the day at which they part is start.
async function ask(state, dates, sources) {
  const { source, tz, metric } = state;
  const before = datesBefore(dates);
  const one = source || (sources.length === 1 ? sources[0].source : '');
  const both = { start: before.start, end: dates.end, source };
  const [transactions, anomalies, list, series] = await Promise.all([
    api('transactions/count', { ...both, tz, bucket: 'day' }),
    api('anomalies/count', both),
    api('anomalies', queryOf(state, dates)),
    one && seriesOf(one, dates, metric || 'n')]);
  return { transactions, anomalies, list, series };
}

// The moments of the chosen range: buckets of its first day on. Days are those of tz.
function partOf(buckets, tz, start) {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, dateStyle: 'short' });
  const dated = buckets.map((b) => ({ ...b, start: day.format(new Date(b.start)) }));
  return [dated.filter((b) => b.start >= start), dated.filter((b) => b.start < start)];
}

function show(state, dates, answer) {
  const { transactions, anomalies, list, series } = answer;
  const [now, before] = partOf(transactions.data.buckets, state.tz, dates.start);
  const days = anomalies.data.buckets.filter((b) => b.start >= dates.start);
  showCounts(sumOf(now), sumOf(before), days, anomalies.data.total - totalOf(days));
  const what = { n: 'Transactions', amount: 'Amount', mean: 'Mean amount' }[state.metric || 'n'];
  byId('chart-title').textContent = `${what} a day`;
  showSeries('chart', series || pointsOf(now, state.metric), byId('legend'), `${what} a day, ${count(sumOf(now).n)} transactions in all`,
    series ? '' : 'Choose a source to see what was to be expected.');
  showDetectors('detector-chart', days, byId('detector-legend'));
  showFilters(state, anomalies.data.by_detector.map((d) => d.detector));
  showAnomalies(list, queryOf(state, dates), list.changed);
}

function showEmpty(state) {
  showCounts(sumOf([]), sumOf([]), [], 0);
  showSeries('chart', [], byId('legend'), 'No transactions');
  showDetectors('detector-chart', [], byId('detector-legend'));
  showAnomalies({ data: [], meta: {} }, {}, true);
  showFilters(state, []);
}

// What the first view does not show is loaded when it is needed. Both give a function that shows what came.
async function explain(state) {
  if (!state.anomaly) {
    return () => {
      byId('explanation').hidden = true;
      delete byId('explanation').dataset.id;
    };
  }
  const { askExplanation } = await import('./explanation.js');
  return askExplanation(state.anomaly, state.tz);
}

// Likewise what a run rejected.
async function reject(state) {
  if (!state.run) return () => { byId('rejects').hidden = true; };
  rejects ??= import('./rejects.js').then((module) => { module.onRejects(showError); return module; });
  return (await rejects).askRejects(state.run);
}

// level: bad, or none where nothing is wrong.
function notify(text, level = 'bad') {
  byId('notice').textContent = text;
  byId('notice').dataset.level = level;
  byId('notice').hidden = !text;
}

// How many seconds ago all of it was known to be right, or null: it is.
function ageOf(answers) {
  const ages = answers.map((a) => a?.stale).filter((age) => typeof age === 'number');
  return ages.length ? Math.max(...ages) : null;
}

function showAge(age) {
  shownAt = new Date(Date.now() - (age ?? 0) * 1000);
  notify(age === null ? '' : `! The database is away. These numbers were last known to be right ${age} seconds ago.`);
}

const loginWords = () => (hasToken() ? ['✗ txapi does not know this token.']
  : ['– This page needs a token: whoever runs txapi has one. It is kept until the page is left, and nowhere else.', 'none']);

function showError(error) {
  if (!(error instanceof ApiError)) console.error(error);
  byId('login').hidden = error.status !== 401;
  if (error.status === 401) notify(...loginWords());
  else notify(`✗ ${error.message}.${shownAt ? ` The numbers below are of ${shownAt.toLocaleTimeString('en-GB')}, ${ago(shownAt.toISOString())}.` : ''}`);
  if (shownAt) showHeadline(known, true);
  document.body.dataset.state = 'error';
}

// One request while nothing is new: the status is asked first, and the rest only if it has changed.
async function refresh() {
  const mine = ++latest;
  const [state, key] = [readState(), location.search];
  clearTimeout(timer);
  let live = false;
  try {
    const status = await api('ingestion/status');
    const sources = known = status.data;
    live = sources.some((s) => s.recent_runs.some((r) => r.status === 'running'));
    const again = status.changed || shownFor !== key || document.body.dataset.state !== 'ready';
    if (again) shownFor = null; // until all of it is there: another address may come in between
    const dates = datesOf(state, sources);
    const [answer, ...parts] = again ? await Promise.all([dates && ask(state, dates, sources), explain(state), reject(state)]) : [];
    if (mine !== latest) return;
    document.body.dataset.shown = 'yes'; // a chart needs its width
    const age = ageOf([status, ...Object.values(answer ?? {})]);
    showHeadline(sources, age !== null);
    showLatestRun(sources.filter((s) => !state.source || s.source === state.source), state.tz);
    showSources(sources, state.tz);
    showRuns(state, sources);
    if (again) {
      showRange(state, dates, sources);
      if (answer) show(state, dates, answer);
      else showEmpty(state);
      for (const showPart of parts) showPart();
      shownFor = key;
      byId('as-of').textContent = status.meta.as_of ? `Data as of ${moment(status.meta.as_of, state.tz)} ${state.tz}, run ${status.meta.run_id}` : '\u00a0';
    }
    showAge(age);
    byId('login').hidden = true;
    document.body.dataset.state = 'ready';
  } catch (error) {
    if (mine === latest) showError(error);
  } finally {
    if (mine === latest && !document.hidden) timer = setTimeout(refresh, live ? LIVE_MS : REFRESH_MS);
  }
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
addEventListener('popstate', () => { shownFor = null; refresh(); }); // what is chosen, too, may be another
addEventListener('statechange', refresh);
addEventListener('slow', () => notify('… The database takes longer than usual.', 'none'));
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : refresh()));
onCharts();
onAnomalies(showError);
onRuns(showError);
refresh();
