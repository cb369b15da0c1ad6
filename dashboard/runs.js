// The ledger of runs; a run opens its files and its rejects.

import { api, csvPages } from './api.js';
import { byId, count, download, duration, el, moment, signs } from './format.js';
import { readState, writeState } from './state.js';

let next = null;
let query = {};
let runs = [];

function progressOf(run) {
  const p = run.progress;
  if (run.status !== 'running' || !p) return null;
  const share = Number(p.total_bytes) ? Math.min(1, Number(p.bytes) / Number(p.total_bytes)) : 0;
  return el('tr', {}, el('td', { colspan: 9 }, el('progress', { max: 1, value: share, 'aria-label': `Progress of run ${run.run_id}` }),
    ` ${Math.round(share * 100)} %, ${count(p.records)} records, at ${p.date ?? '–'}`));
}

function rowsOf(run, tz) {
  const open = el('button', { type: 'button', class: 'link', 'aria-expanded': String(readState().run === run.run_id),
    onclick: () => writeState({ run: readState().run === run.run_id ? '' : run.run_id }) }, `Run ${run.run_id}`);
  const numbers = ['records', 'loaded', 'duplicate', 'rejected'].map((name) => el('td', { class: name === 'rejected' ? 'n' : 'n wide' }, count(run[name] ?? 0)));
  const row = el('tr', { 'data-run': run.run_id }, el('td', {}, open), el('td', { class: 'wide' }, el('bdi', {}, run.source)), el('td', { class: `status ${run.status}` }, `${signs[run.status] ?? ''} ${run.status}`),
    el('td', {}, moment(run.started_at, tz)), el('td', { class: 'n wide' }, duration(run.duration_seconds)), ...numbers);
  const error = run.error ? el('tr', {}, el('td', { class: 'error', colspan: 9 }, el('bdi', {}, run.error))) : null;
  return [row, progressOf(run), error].filter(Boolean);
}

function render(tz) {
  byId('runs').replaceChildren(...(runs.length ? runs.flatMap((r) => rowsOf(r, tz))
    : [el('tr', {}, el('td', { colspan: 9 }, 'No runs yet.'))]));
  byId('more-runs').hidden = !next;
  byId('runs-panel').dataset.shown = 'yes';
}

const rejectsOf = (id) => `ingestion/runs/${encodeURIComponent(id)}/rejects`;

// Gives a function that shows what came. The progress of a run that is under way comes with the status.
export async function askRuns(state, sources) {
  query = { source: state.source, limit: 20 };
  const [answer, rejects] = await Promise.all([api('ingestion/runs', query), state.run && api(rejectsOf(state.run), { limit: 100 })]);
  return () => {
    const live = new Map(sources.filter((s) => s.latest_run).map((s) => [s.latest_run.run_id, s.latest_run]));
    runs = answer.data.map((r) => ({ ...r, progress: live.get(r.run_id)?.progress ?? null }));
    next = answer.meta.next ?? null;
    render(state.tz);
    showRejects(state.run, rejects);
  };
}

function showRejects(id, answer) {
  byId('rejects').hidden = !id;
  if (!id) return;
  byId('rejects-title').textContent = `Rejected records of run ${id}`;
  const rows = answer.data.map((r) => el('tr', {}, el('td', { title: r.file }, el('bdi', {}, (r.file ?? '').split('/').at(-1))), el('td', { class: 'n' }, count(r.line)),
    el('td', { class: 'wide' }, r.column ?? '–'), el('td', {}, r.reason), el('td', { class: 'reason wide' }, el('bdi', {}, r.detail)), el('td', { class: 'raw wide' }, el('bdi', {}, r.raw))));
  byId('reject-rows').replaceChildren(...(rows.length ? rows : [el('tr', {}, el('td', { colspan: 6 }, '✓ No record was rejected.'))]));
  byId('rejects-more').textContent = answer.meta.next ? 'The first 100 are shown; the CSV has all.' : '';
  byId('rejects-csv').hidden = rows.length === 0;
}

export function onRuns(onError) {
  byId('rejects-csv').addEventListener('click', async () => {
    const id = readState().run;
    try {
      download(`rejects-${id}.csv`, await csvPages(rejectsOf(id)));
    } catch (error) { onError(error); }
  });
  byId('more-runs').addEventListener('click', async () => {
    try {
      const answer = await api('ingestion/runs', { ...query, after: next });
      runs = [...runs, ...answer.data];
      next = answer.meta.next ?? null;
      render(readState().tz);
    } catch (error) { onError(error); }
  });
}
