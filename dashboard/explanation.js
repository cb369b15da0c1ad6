// Why: an anomaly's series with its band, its arithmetic, the days behind it and its transactions.

import { ApiError, api } from './ask.js';
import { showSeries } from './chart.js';
import { addMoney, amount, byId, count, el, money, number, when } from './format.js';

const LIMIT = 50;
const head = ['Transaction', 'Account', 'Time', 'Amount', 'Merchant', 'Channel', 'Country', 'File', 'Line'];
const numeric = new Set(['Amount', 'Line']);
const wide = new Set(['Account', 'Merchant', 'Channel', 'Country']);
const ids = new Set(['Transaction', 'Account', 'Merchant']);
const classOf = (name) => [numeric.has(name) ? 'n' : '', ids.has(name) ? 'id' : '', wide.has(name) ? 'wide' : ''].filter(Boolean).join(' ') || null;

function listOf(facts) {
  return el('dl', {}, ...facts.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, el('bdi', {}, v))]));
}

function boundsOf({ lower, upper }) {
  if (lower === null) return upper === null ? 'none' : `at most ${number(upper)}`;
  return upper === null ? `at least ${number(lower)}` : `${number(lower)} to ${number(upper)}`;
}

function factsOf(a) {
  return el('div', { class: 'pair' },
    listOf([['observed', amount(a.observed, a.currency)], ['expected', number(a.expected)],
      ['bounds', boundsOf(a)], ['score', `${Number(a.score).toFixed(3)}, ${a.severity}`], ['state', a.state]]),
    listOf([['detector', `${a.detector} ${a.sql_hash?.slice(0, 12) ?? ''}`], ['run', a.run_id], ['id', a.id],
      ['parameters', Object.entries(a.params ?? {}).map(([k, v]) => `${k} = ${v}`).join(', ') || 'none']]));
}

// Where a detector gave no arithmetic: what was observed against what was expected.
function arithmeticOf(a) {
  const given = a.evidence?.arithmetic ?? [];
  if (given.length || a.expected === null || a.observed === null) return given;
  const minus = a.expected.startsWith('-') ? a.expected.slice(1) : `-${a.expected}`;
  return [`${number(a.observed)} observed − ${number(a.expected)} expected = ${number(addMoney(a.observed, minus))}`];
}

// Days that follow each other and were left out for the same reason are one stretch.
function stretches(days) {
  const found = [];
  for (const { date, why } of days) {
    const last = found.at(-1);
    if (last?.why === why && Date.parse(date) - Date.parse(last.to) === 86_400_000) last.to = date;
    else found.push({ from: date, to: date, why });
  }
  return found.map(({ from, to, why }) => `${from === to ? from : `${from} to ${to}`} (${why})`);
}

function evidenceOf(a) {
  const training = a.evidence?.training ?? [];
  const excluded = a.evidence?.excluded ?? [];
  return [
    el('ol', { class: 'arithmetic' }, ...arithmeticOf(a).map((line) => el('li', {}, line))),
    training.length ? el('details', { id: 'why-training' }, el('summary', {}, `${count(training.length)} training days`),
      el('ul', { class: 'days' }, ...training.map((t) => el('li', {}, el('span', {}, t.date), ` ${number(t.value)}`)))) : '',
    a.compared_with ? el('p', { class: 'detail', id: 'why-compared' }, `Compared with ${a.compared_with}`) : '',
    excluded.length ? el('p', { class: 'detail' }, `Left out: ${stretches(excluded).join(', ')}`) : ''];
}

function rowOf(t, tz) {
  const values = [t.transaction_id, t.account_id, when(t.ts, tz), `${money(t.amount)} ${t.currency}`,
    t.merchant_id, t.channel, t.country, t.file?.split('/').at(-1), t.line];
  return el('tr', {}, ...values.map((v, i) => el('td', { class: classOf(head[i]), title: head[i] === 'File' ? t.file : null },
    el('bdi', {}, v ?? '–'))));
}

function showTransactions(path, found, tz) {
  const body = el('tbody', {}, ...found.data.map((t) => rowOf(t, tz)));
  const more = el('button', { type: 'button', hidden: !found.meta.next }, 'More');
  let next = found.meta.next;
  more.addEventListener('click', async () => {
    const page = await api(path, { limit: LIMIT, after: next }).catch((error) => { more.textContent = `${error.message}: again`; });
    if (!page) return;
    body.append(...page.data.map((t) => rowOf(t, tz)));
    next = page.meta.next;
    more.hidden = !next;
  });
  byId('why-transactions').replaceChildren(el('div', { class: 'scroll tall', tabindex: 0, role: 'region', 'aria-label': 'Transactions' },
    el('table', {}, el('thead', {}, el('tr', {}, ...head.map((h) => el('th', { scope: 'col', class: classOf(h) }, h)))), body)), more);
}

function showMissing(panel, id, error) {
  panel.dataset.id = id;
  byId('why').textContent = 'Why';
  byId('why-reason').textContent = `No finding has the id “${id}” (${error.message}): an undo or the retention may have removed it.`;
  byId('why-body').hidden = true;
  panel.hidden = false;
}

function show(a, found, tz) {
  const panel = byId('explanation');
  const isNew = panel.dataset.id !== a.id;
  Object.assign(panel.dataset, { id: a.id, tz });
  byId('why-body').hidden = panel.hidden = false;
  byId('why').textContent = `${a.detector}: ${a.subject_type} ${a.subject_id} on ${a.date}`;
  byId('why-reason').textContent = a.reason;
  byId('why-facts').replaceChildren(factsOf(a), ...evidenceOf(a));
  showTransactions(`anomalies/${a.id}/transactions`, found, tz);
  showSeries('why-chart', a.series, byId('why-legend'), `The subject's days around ${a.date}`);
  if (isNew) panel.scrollIntoView({ block: 'nearest' });
}

// On paper the training days are not hidden.
const paper = matchMedia('print');
paper.addEventListener('change', () => {
  const training = byId('why-training');
  if (paper.matches && training && !training.open) training.open = training.forPaper = true;
  else if (training?.forPaper) training.open = training.forPaper = false;
});

// Gives a function that shows what came.
export async function askExplanation(id, tz) {
  const panel = byId('explanation');
  const path = `anomalies/${encodeURIComponent(id)}`;
  try {
    const [{ data, changed }, found] = await Promise.all([api(path), api(`${path}/transactions`, { limit: LIMIT })]);
    return () => { if (changed || panel.dataset.id !== id || panel.dataset.tz !== tz) show(data, found, tz); };
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 404].includes(error.status)) throw error;
    return () => showMissing(panel, id, error);
  }
}
