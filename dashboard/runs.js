// What runs came to: the headline, the latest one, the days behind it, the sources, and the ledger, in
// which a run opens its rejects. All of it but older runs comes with the state of ingestion.

import { api, readState, writeState } from './ask.js';
import { ago, byId, count, duration, el, moment, signs, when } from './format.js';

const SHOWN = 20;
const DAY_MS = 86_400_000;
const SILENT_MS = 120_000; // a run that is under way says so each second
const ended = new Set(['failure', 'interrupted']);
const loading = new Set(['ingest', 'rerun', 'replace']);
const words = { success: 'whole', partial: 'with rejected records', late: 'late', running: 'under way', failure: 'failed',
  interrupted: 'interrupted', undone: 'undone', none: 'without a run' };
const worse = ['none', 'success', 'running', 'late', 'partial', 'undone', 'interrupted', 'failure'];
let older = { source: null, runs: [], next: null };
let shown = [];

const countsOf = (run) => `${count(run.loaded)} loaded, ${count(run.duplicate)} duplicate, ${count(run.rejected)} rejected`;

// Runs that were to load nothing, such as verdicts, say nothing of the data; but one that failed is told.
function failedBeside(source) {
  const seen = new Set();
  const newest = source.recent_runs.filter((r) => !loading.has(r.mode) && !seen.has(r.mode) && seen.add(r.mode));
  return newest.find((r) => ended.has(r.status));
}

// One that was killed stays under way until the next one finds it.
function silentSince(run, now) {
  const heard = run.progress?.at ?? run.started_at;
  return run.status === 'running' && now - Date.parse(heard) > SILENT_MS ? heard : null;
}

// How a source is, for better or worse: [how bad (2, 1, 0), text].
function judge(source, now) {
  const { latest_run: run, source: name, last_date: last, due_at: due } = source;
  if (!run) return [1, `${name}: nothing has been loaded`];
  const when = ago(run.finished_at ?? run.started_at);
  const [beside, silent] = [failedBeside(source), silentSince(run, now)];
  if (ended.has(run.status)) return [2, `${name}: the last run ended as ${run.status}, ${when}`];
  if (silent) return [2, `${name}: the run that began ${ago(run.started_at)} was last heard of ${ago(silent)}`];
  if (due && Date.parse(due) < now) return [2, `${name}: data behind ${last} was due ${ago(due)}`];
  if (run.status === 'running') return [0, `${name}: a run is under way`];
  if (run.status === 'undone') return [1, `${name}: the last run was undone`];
  if (run.rejected) return [1, `${name}: ${count(run.rejected)} of ${count(run.records)} records rejected, ${when}`];
  if (beside) return [1, `${name}: ${beside.mode} ended as ${beside.status}, ${ago(beside.finished_at)}`];
  return [0, `${name}: last run ${when}, ${countsOf(run)}; data to ${last ?? 'none'}`];
}

// What was known last, if that is all there is: its sign and colour would speak of now.
export function showHeadline(sources, isStale, now = Date.now()) {
  const judged = sources.map((s) => judge(s, now)).sort(([a], [b]) => b - a);
  const worst = judged[0]?.[0] ?? 0;
  const level = sources.length === 0 ? 'none' : ['good', 'warn', 'bad'][worst];
  const says = { good: '✓ All is well', warn: '! Loaded, with something to look at',
    bad: '✗ Something is wrong', none: '– Nothing here yet: run txingest' }[level];
  const told = judged.filter(([bad]) => bad === worst).map(([, text]) => text);
  document.title = `${{ warn: '! ', bad: '✗ ' }[isStale ? 'bad' : level] ?? ''}txmon`;
  byId('headline').dataset.level = isStale ? 'none' : level;
  byId('headline').replaceChildren(el('strong', {}, isStale ? `As last known: ${says}` : says), told.length ? el('span', {}, told.slice(0, 4).join(' · ')
    + (told.length > 4 ? ` · and ${told.length - 4} more` : '')) : '');
}

export function showLatestRun(sources, tz) {
  const run = sources.map((s) => s.latest_run).filter(Boolean)
    .sort((a, b) => Number(b.run_id) - Number(a.run_id))[0];
  byId('run-tile').dataset.status = run?.status ?? '';
  byId('latest-run-status').textContent = run ? `${signs[run.status] ?? ''} ${run.status}` : 'none yet';
  byId('latest-run-status').dataset.value = run?.status ?? '';
  const time = byId('latest-run-time');
  if (!run) { time.textContent = 'nothing has been loaded'; byId('run-counts').textContent = ''; byId('run-days').textContent = ''; return; }
  time.dateTime = run.finished_at ?? run.started_at;
  time.textContent = `${moment(time.dateTime, tz)} ${tz}, ${ago(time.dateTime)}`;
  byId('run-counts').textContent = countsOf(run);
  const days = daysOf(sources);
  byId('run-days').replaceChildren(stripOf(days), days.length > 1 ? ` ${days.length} days` : '');
}

const kindOf = (day) => (day.status === 'success' && day.late ? 'late' : day.status);

// Thirty days up to the latest that had a run, of each the worst that a source has; none before the first.
function daysOf(sources) {
  const found = new Map();
  for (const day of sources.flatMap((s) => s.recent_days)) {
    const kind = kindOf(day);
    if (worse.indexOf(kind) > worse.indexOf(found.get(day.date) ?? 'none')) found.set(day.date, kind);
  }
  const dates = [...found.keys()].sort();
  if (dates.length === 0) return [];
  const last = Date.parse(dates.at(-1));
  const first = Math.max(Date.parse(dates[0]), last - 29 * DAY_MS);
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) => {
    const date = new Date(first + i * DAY_MS).toISOString().slice(0, 10);
    return { date, kind: found.get(date) ?? 'none' };
  });
}

// A cell a day, whose height says it, too; the words are for all of them.
function stripOf(days) {
  const kinds = worse.toReversed().map((kind) => [days.filter((d) => d.kind === kind).length, kind]).filter(([n]) => n);
  const said = `${days.length === 1 ? 'One day' : `${days.length} days`} of runs: ${kinds.map(([n, kind]) => `${n} ${words[kind]}`).join(', ')}`;
  return days.length > 1 ? el('span', { class: 'strip', role: 'img', 'aria-label': said },
    ...days.map(({ date, kind }) => el('i', { class: kind, title: `${date}: ${words[kind]}` }))) : '';
}

function sourceRows(s, tz) {
  const run = s.latest_run ?? {};
  const late = s.due_at && Date.parse(s.due_at) < Date.now();
  const due = s.due_at ? [late ? '✗ was due ' : '✓ due ', when(s.due_at, tz)] : ['–'];
  const row = el('tr', {}, el('td', {}, el('bdi', {}, s.source)), el('td', { class: `status ${run.status ?? ''}` }, run.status ? `${signs[run.status]} ${run.status}` : 'none yet'),
    el('td', { class: 'wide' }, run.finished_at ? ago(run.finished_at) : '–'), el('td', { class: 'wide' }, stripOf(daysOf([s]))),
    ...['loaded', 'duplicate', 'rejected'].map((n) => el('td', { class: 'n wide' }, run[n] === undefined ? '–' : count(run[n]))),
    el('td', { class: 'date' }, s.last_date ?? '–'), el('td', { class: late ? 'late' : null }, ...due), el('td', { class: 'n wide' }, s.files_waiting ?? '–'));
  if (run.error) row.className = 'explained';
  return run.error ? [row, el('tr', {}, el('td', { class: 'error', colspan: 10 }, el('bdi', {}, run.error)))] : [row];
}

export function showSources(sources, tz) {
  byId('sources').replaceChildren(...(sources.length ? sources.flatMap((s) => sourceRows(s, tz))
    : [el('tr', {}, el('td', { colspan: 10 }, 'No source has been loaded yet: give one a section in the configuration, and run txingest.'))]));
}

function progressOf(run) {
  const p = run.progress;
  if (run.status !== 'running' || !p) return null;
  const share = Number(p.total_bytes) ? Math.min(1, Number(p.bytes) / Number(p.total_bytes)) : 0;
  return el('tr', {}, el('td', { colspan: 10 }, el('progress', { max: 1, value: share, 'aria-label': `Progress of run ${run.run_id}` }),
    ` ${Math.round(share * 100)} %, ${count(p.records)} records, at ${p.date ?? '–'}`));
}

function rowsOf(run, tz) {
  const isOpen = readState().run === run.run_id;
  const open = el('button', { type: 'button', class: 'link', 'aria-expanded': String(isOpen),
    onclick: () => writeState({ run: readState().run === run.run_id ? '' : run.run_id }) }, `Run ${run.run_id}`);
  const numbers = ['records', 'loaded', 'duplicate', 'rejected'].map((name) => el('td', { class: name === 'rejected' ? 'n' : 'n wide' }, count(run[name] ?? 0)));
  const row = el('tr', { 'data-run': run.run_id, class: isOpen ? 'open' : null }, el('td', {}, open), el('td', { class: 'wide' }, el('bdi', {}, run.source)), el('td', { class: 'wide' }, run.mode),
    el('td', { class: `status ${run.status}` }, `${signs[run.status] ?? ''} ${run.status}`),
    el('td', {}, when(run.started_at, tz)), el('td', { class: 'n wide' }, duration(run.duration_seconds)), ...numbers);
  if (run.error) row.classList.add('explained');
  const error = run.error ? el('tr', {}, el('td', { class: 'error', colspan: 10 }, el('bdi', {}, run.error))) : null;
  return [row, progressOf(run), error].filter(Boolean);
}

// The latest that came with the sources, and those that were asked for besides.
function runsOf(sources, source) {
  if (older.source !== source) older = { source, runs: [], next: null };
  const recent = sources.filter((s) => !source || s.source === source).flatMap((s) => s.recent_runs.map((r) => ({ ...r, source: s.source })));
  const all = [...new Map([...older.runs, ...recent].map((r) => [r.run_id, r])).values()].sort((a, b) => Number(b.run_id) - Number(a.run_id));
  const last = older.runs.at(-1);
  return { runs: last ? all.filter((r) => Number(r.run_id) >= Number(last.run_id)) : all.slice(0, SHOWN),
    hasMore: last ? Boolean(older.next) : all.length >= SHOWN };
}

export function showRuns(state, sources) {
  const { runs, hasMore } = runsOf(sources, state.source);
  shown = sources;
  byId('runs').replaceChildren(...(runs.length ? runs.flatMap((r) => rowsOf(r, state.tz)) : [el('tr', {}, el('td', { colspan: 10 }, 'No runs yet.'))]));
  byId('more-runs').hidden = !hasMore;
}

async function more() {
  const { source } = readState();
  const answer = await api('ingestion/runs', { source, limit: 50, after: older.next ?? '' });
  older = { source, runs: [...older.runs, ...answer.data], next: answer.meta.next ?? null };
  showRuns(readState(), shown);
}

export function onRuns(onError) {
  byId('more-runs').addEventListener('click', () => more().catch(onError));
}
