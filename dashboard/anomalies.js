// The ranked list: filters in the address, pages, a row that opens its explanation, and the keyboard.

import { api, readState, writeState } from './ask.js';
import { amount, byId, count, el, number, severitySigns } from './format.js';

const LIMIT = 50;
const filters = ['detector', 'severity', 'state', 'subject', 'q', 'order'];
const usual = { order: 'newest', state: 'shown' };
let shown = [];
let next = null;
let asked = {};
let current = 0;
let verdicts = null;

const subjectOf = (a) => (a.subject_type === 'total' ? 'all transactions' : `${a.subject_type} ${a.subject_id}`);

function rowOf(a) {
  const open = el('button', { type: 'button', class: 'link', title: a.subject_id, 'aria-expanded': String(readState().anomaly === a.id) }, el('bdi', {}, subjectOf(a)));
  const verdict = verdicts?.verdictOf(a.id);
  return el('tr', { 'data-id': a.id, class: readState().anomaly === a.id ? 'open' : null },
    el('td', { class: `severity ${a.severity}` }, `${severitySigns[a.severity]} ${a.severity}`),
    el('td', { class: 'date' }, a.date), el('td', { class: 'wide' }, a.detector),
    el('td', { class: 'subject' }, open, verdict ? el('span', { class: 'verdict' }, `${verdict === 'fraud' ? '⚑' : '✓'} ${verdict}`) : '',
      el('p', { class: 'reason', dir: 'auto' }, a.reason)),
    el('td', { class: 'n wide' }, amount(a.observed, a.currency)), el('td', { class: 'n wide' }, number(a.expected)),
    el('td', { class: 'n wide' }, Number(a.score).toFixed(3)));
}

function render() {
  const focused = document.activeElement?.closest?.('#anomalies tr')?.dataset.id;
  const rows = shown.length ? shown.map(rowOf)
    : [el('tr', {}, el('td', { colspan: 7 }, '✓ No anomalies for these filters.'))];
  byId('anomalies').replaceChildren(...rows);
  byId('more').hidden = !next;
  byId('list-count').textContent = shown.length ? (next ? `the first ${count(shown.length)}` : `${count(shown.length)} in all`) : '';
  if (focused) rowAt(shown.findIndex((a) => a.id === focused))?.querySelector('button').focus();
}

const rowAt = (nth) => byId('anomalies').children[nth];

// In words, for the printed page.
export const filtersOf = (state) => filters.filter((id) => state[id]).map((id) => `, ${id} ${state[id]}`).join('');

export function queryOf(state, dates) {
  return { ...dates, source: state.source, detector: state.detector, severity: state.severity,
    state: state.state === 'all' ? '' : state.state || usual.state,
    subject: state.subject, q: state.q, order: state.order || usual.order, limit: LIMIT };
}

export function showAnomalies(answer, query, fresh) {
  const same = JSON.stringify(query) === JSON.stringify(asked);
  if (same && !fresh) { render(); return; }
  asked = query;
  shown = answer.data;
  next = answer.meta.next ?? null;
  current = Math.min(current, Math.max(0, shown.length - 1));
  render();
}

async function more() {
  const answer = await api('anomalies', { ...asked, after: next });
  shown = [...shown, ...answer.data];
  next = answer.meta.next ?? null;
  render();
}

async function decide(verdict) {
  const a = shown[current];
  if (!a) return;
  const all = [];
  let after = '';
  do {
    const page = await api(`anomalies/${a.id}/transactions`, { limit: 1000, after });
    all.push(...page.data);
    after = page.meta.next ?? '';
  } while (after);
  verdicts ??= await import('./verdicts.js');
  verdicts.mark(a.id, verdict, all, render);
  render();
  go(0);
}

function go(step) {
  current = Math.max(0, Math.min(shown.length - 1, current + step));
  const button = rowAt(current)?.querySelector('button');
  button?.focus();
  button?.scrollIntoView({ block: 'nearest' });
}

const toggle = (id) => writeState({ anomaly: readState().anomaly === id ? '' : id });
const keys = { j: () => go(1), k: () => go(-1), f: () => decide('fraud'), l: () => decide('legitimate') };

// Single letters act only while the list has the focus, and can be switched off (WCAG 2.1.4).
function onKeys(onError) {
  byId('letters').checked = localStorage.getItem('letters') !== 'off';
  byId('letters').addEventListener('change', (event) => localStorage.setItem('letters', event.target.checked ? 'on' : 'off'));
  byId('list').addEventListener('keydown', (event) => {
    const key = keys[event.key];
    if (!key || shown.length === 0 || !byId('letters').checked || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const isOutside = event.target === event.currentTarget;
    Promise.resolve(isOutside ? go(0) : key()).catch(onError);
  });
}

export function showFilters(state, names) {
  const select = byId('detector');
  const wanted = ['', ...new Set([...names, state.detector].filter(Boolean))];
  if ([...select.options].map((o) => o.value).join('\n') !== wanted.join('\n')) {
    select.replaceChildren(...wanted.map((name) => new Option(name || 'all', name)));
  }
  for (const id of filters) if (document.activeElement !== byId(id) || byId(id).matches('select')) byId(id).value = state[id] || usual[id] || '';
}

export function onAnomalies(onError) {
  for (const id of filters) byId(id).addEventListener('change', () => writeState({ [id]: byId(id).value.trim() }));
  byId('more').addEventListener('click', () => more().catch(onError));
  byId('anomalies').addEventListener('click', (event) => {
    const row = event.target.closest('tr[data-id]');
    if (!row) return;
    current = [...byId('anomalies').children].indexOf(row);
    toggle(row.dataset.id);
  });
  byId('anomalies').addEventListener('focusin', (event) => {
    current = Math.max(0, [...byId('anomalies').children].indexOf(event.target.closest('tr')));
  });
  onKeys(onError);
}
