// Why: an anomaly's series with its band, its arithmetic, the days behind it and its transactions.

import { api } from './api.js';
import { showSeries } from './chart.js';
import { byId, el, moment, money, number } from './format.js';

function factsOf(a) {
  const facts = [['observed', `${number(a.observed)} ${a.currency}`], ['expected', number(a.expected)],
    ['bounds', `${number(a.lower)} to ${number(a.upper)}`], ['score', `${a.score} (${a.severity})`],
    ['state', a.state], ['run', a.run_id], ['parameters', Object.entries(a.params ?? {}).map(([k, v]) => `${k} = ${v}`).join(', ') || 'none'],
    ['detector', `${a.detector} ${a.sql_hash?.slice(0, 12) ?? ''}`], ['id', a.id]];
  return el('dl', {}, ...facts.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, el('bdi', {}, v))]));
}

function evidenceOf(evidence) {
  const { arithmetic = [], training = [], excluded = [] } = evidence ?? {};
  return [
    arithmetic.length ? el('ol', { class: 'arithmetic' }, ...arithmetic.map((line) => el('li', {}, line))) : null,
    training.length ? el('details', {}, el('summary', {}, `${training.length} training days`),
      el('p', {}, training.map((t) => `${t.date}: ${number(t.value)}`).join(' · '))) : null,
    excluded.length ? el('p', {}, `Left out: ${excluded.map((x) => `${x.date} (${x.why})`).join(', ')}`) : null];
}

function transactionsOf(rows, next, tz) {
  const head = ['Transaction', 'Account', 'Time', 'Amount', 'Merchant', 'Channel', 'Country', 'File', 'Line'];
  const body = rows.map((t) => el('tr', {}, ...[t.transaction_id, t.account_id, moment(t.ts, tz), `${money(t.amount)} ${t.currency}`,
    t.merchant_id, t.channel, t.country, t.file?.split('/').at(-1), t.line].map((v, i) => el('td', { class: i === 3 || i === 8 ? 'n' : null, title: i === 7 ? t.file : null }, el('bdi', {}, String(v ?? '–'))))));
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Transactions' },
    el('table', {}, el('thead', {}, el('tr', {}, ...head.map((h, i) => el('th', { scope: 'col', class: i === 3 || i === 8 ? 'n' : null }, h)))), el('tbody', {}, ...body)),
    next ? el('p', { class: 'detail' }, `The first ${rows.length} are shown.`) : '');
}

export async function showExplanation(id, tz) {
  const panel = byId('explanation');
  panel.hidden = !id;
  if (!id) {
    delete panel.dataset.id;
    return;
  }
  const [{ data: a, changed }, found] = await Promise.all([api(`anomalies/${encodeURIComponent(id)}`),
    api(`anomalies/${encodeURIComponent(id)}/transactions`, { limit: 100 })]);
  const isNew = panel.dataset.id !== id;
  if (!changed && panel.dataset.id === id && panel.dataset.tz === tz) return;
  panel.dataset.id = id;
  panel.dataset.tz = tz;
  byId('why').textContent = `${a.detector}: ${a.subject_type} ${a.subject_id} on ${a.date}`;
  byId('why-reason').textContent = a.reason;
  byId('why-facts').replaceChildren(factsOf(a), ...evidenceOf(a.evidence).filter(Boolean));
  byId('why-transactions').replaceChildren(transactionsOf(found.data, found.meta.next, tz));
  if (isNew) panel.scrollIntoView({ block: 'nearest' });
  showSeries('why-chart', a.series, byId('why-legend'), `The subject's days around ${a.date}`);
}
