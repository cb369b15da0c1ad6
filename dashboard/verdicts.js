// Verdicts gather here and are downloaded as the CSV that txingest verdicts takes: the API only reads.

import { byId, count, download, el } from './format.js';

const marked = new Map();

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
export const verdictOf = (id) => marked.get(id)?.verdict ?? '';

function csvOfVerdicts(today) {
  const rows = [...marked.values()].flatMap(({ verdict, transactions }) => transactions
    .map((t) => [t.transaction_id, verdict, today, t.account_id].map(quoted).join(',')));
  return ['transaction_id,verdict,decided_on,account_id', ...new Set(rows)].join('\n') + '\n';
}

function showVerdicts() {
  const all = [...marked.values()].flatMap((m) => m.transactions);
  byId('verdicts').hidden = marked.size === 0;
  byId('verdict-count').textContent = `${count(marked.size)} findings marked, ${count(all.length)} transactions`;
}

// The same verdict again takes it back.
export function mark(id, verdict, transactions, redraw) {
  if (marked.size === 0) offer(redraw);
  if (marked.get(id)?.verdict === verdict) marked.delete(id);
  else marked.set(id, { verdict, transactions });
  showVerdicts();
}

function offer(redraw) {
  byId('verdict-buttons').replaceChildren(
    el('button', { type: 'button', id: 'verdict-download', onclick: () => download('verdicts.csv', csvOfVerdicts(new Date().toISOString().slice(0, 10))) }, 'Download CSV'),
    el('button', { type: 'button', onclick: () => { marked.clear(); showVerdicts(); redraw(); } }, 'Forget all'));
}

addEventListener('beforeunload', (event) => { if (marked.size) event.preventDefault(); });
