// What a run rejected.

import { api, csvPages, readState } from './ask.js';
import { byId, count, download, el } from './format.js';

const pathOf = (id) => `ingestion/runs/${encodeURIComponent(id)}/rejects`;

function rowOf(r) {
  return el('tr', {}, el('td', { title: r.file }, el('bdi', {}, (r.file ?? '').split('/').at(-1))), el('td', { class: 'n' }, count(r.line)),
    el('td', { class: 'wide' }, r.column ?? '–'), el('td', {}, r.reason), el('td', { class: 'reason wide' }, el('bdi', {}, r.detail)),
    el('td', { class: 'raw wide' }, el('bdi', {}, r.raw)));
}

function show(id, answer) {
  byId('rejects').hidden = false;
  byId('rejects-title').textContent = `Rejected records of run ${id}`;
  byId('reject-rows').replaceChildren(...(answer.data.length ? answer.data.map(rowOf)
    : [el('tr', {}, el('td', { colspan: 6 }, '✓ No record was rejected.'))]));
  byId('rejects-more').textContent = answer.meta.next ? 'The first 100 are shown; the CSV has all.' : '';
  byId('rejects-csv').hidden = answer.data.length === 0;
}

// Gives a function that shows what came.
export async function askRejects(id) {
  const answer = await api(pathOf(id), { limit: 100 });
  return () => show(id, answer);
}

export function onRejects(onError) {
  byId('rejects-csv').addEventListener('click', async () => {
    const id = readState().run;
    try {
      download(`rejects-${id}.csv`, await csvPages(pathOf(id)));
    } catch (error) { onError(error); }
  });
}
