// Is everything all right? One sentence, with a colour and a sign; and the numbers of the range.

import { addMoney, ago, byId, change, count, el, moment, money, severitySigns, signs } from './format.js';

const severe = ['critical', 'high', 'medium', 'low'];

// What is wrong with a source: [how bad (2, 1, 0), text].
function judge(source, now) {
  const run = source.latest_run;
  const name = source.source;
  if (!run) return [1, `${name}: nothing has been loaded`];
  if (run.status === 'failure' || run.status === 'interrupted') return [2, `${name}: the last run ended as ${run.status}, ${ago(run.finished_at ?? run.started_at)}`];
  if (source.due_at && Date.parse(source.due_at) < now) return [2, `${name}: data behind ${source.last_date} was due ${ago(source.due_at)}`];
  if (run.status === 'running') return [0, `${name}: a run is under way`];
  if (run.rejected) return [1, `${name}: ${count(run.rejected)} of ${count(run.records)} records rejected`];
  return [0, ''];
}

export function showHeadline(sources, now = Date.now()) {
  const judged = sources.map((s) => judge(s, now)).filter(([, text]) => text);
  const worst = Math.max(0, ...judged.map(([bad]) => bad));
  const level = sources.length === 0 ? 'none' : ['good', 'warn', 'bad'][worst];
  const says = { good: '✓ All sources are up to date', warn: '! Loaded, with something to look at',
    bad: '✗ Something is wrong', none: '– Nothing here yet: run txingest' }[level];
  byId('headline').dataset.level = level;
  byId('headline').replaceChildren(el('strong', {}, says),
    judged.length ? el('span', {}, judged.slice(0, 4).map(([, text]) => text).join(' · ')
      + (judged.length > 4 ? ` · and ${judged.length - 4} more` : '')) : '');
}

export function showLatestRun(sources, tz) {
  const run = sources.map((s) => s.latest_run).filter(Boolean)
    .sort((a, b) => Number(b.run_id) - Number(a.run_id))[0];
  byId('run-tile').dataset.status = run?.status ?? '';
  byId('latest-run-status').textContent = run ? `${signs[run.status] ?? ''} ${run.status}` : 'none yet';
  byId('latest-run-status').dataset.value = run?.status ?? '';
  const time = byId('latest-run-time');
  if (!run) { time.textContent = 'nothing has been loaded'; return; }
  time.dateTime = run.finished_at ?? run.started_at;
  time.textContent = `${moment(time.dateTime, tz)} ${tz}, ${ago(time.dateTime)}`;
  byId('run-counts').textContent = `${count(run.loaded)} loaded · ${count(run.duplicate)} duplicate · ${count(run.rejected)} rejected`;
}

function setNumber(id, value) {
  byId(id).textContent = count(value);
  byId(id).dataset.value = value;
}

// The buckets of both ranges come in one answer: split is the first moment of the chosen one.
export function sumOf(buckets) {
  const amounts = new Map();
  let n = 0;
  for (const bucket of buckets) {
    n += bucket.n;
    for (const a of bucket.amounts ?? []) amounts.set(a.currency, addMoney(amounts.get(a.currency) ?? '0', a.amount));
  }
  return { n, amounts };
}

export function showCounts(now, before, anomalies, anomaliesBefore) {
  setNumber('total-transactions', now.n);
  setNumber('total-anomalies', anomalies.total);
  byId('transactions-change').textContent = change(now.n, before.n);
  byId('anomalies-change').textContent = change(anomalies.total, anomaliesBefore);
  byId('amounts').textContent = [...now.amounts]
    .map(([currency, amount]) => `${money(amount)} ${currency === 'XXX' ? '' : currency}`.trim()).join(' · ') || '\u00a0';
  const found = new Map(anomalies.by_severity.map((s) => [s.severity, s.n]));
  byId('severities').textContent = severe.filter((s) => found.get(s))
    .map((s) => `${severitySigns[s]} ${count(found.get(s))} ${s}`).join('  ') || 'none';
}
