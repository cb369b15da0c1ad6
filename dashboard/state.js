// What is looked at: all of it is in the address, so that a link shows the same to a colleague, and
// back and forward work.

const DAY_MS = 86_400_000;
const FREE = ['from', 'to'];
const known = ['days', 'from', 'to', 'source', 'tz', 'metric', 'detector', 'severity', 'subject', 'q',
  'state', 'order', 'anomaly', 'run'];

export const iso = (ms) => new Date(ms).toISOString().slice(0, 10);
export const addDays = (date, days) => iso(Date.parse(date) + days * DAY_MS);
export const daysBetween = (start, end) => Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);

const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(text));

function isZone(name) {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function readState() {
  const query = new URLSearchParams(location.search);
  const state = Object.fromEntries(known.map((name) => [name, query.get(name) ?? '']));
  if (isDate(state.from) && isDate(state.to) && state.from <= state.to) state.days = '';
  else {
    for (const name of FREE) state[name] = '';
    if (!/^[1-9]\d{0,3}$/.test(state.days)) state.days = '30';
  }
  if (!isZone(state.tz)) state.tz = 'UTC';
  return state;
}

// Changes the address and tells whoever listens. What is usual is left out of it.
export function writeState(change, { replace = false } = {}) {
  const state = { ...readState(), ...change };
  const usual = { tz: 'UTC', days: '30', order: 'newest', metric: 'n', state: 'shown' };
  const query = new URLSearchParams(Object.entries(state).filter(([k, v]) => v && v !== usual[k]));
  const url = `${location.pathname}${query.size ? `?${query}` : ''}`;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  dispatchEvent(new Event('statechange'));
}

// The dates to ask for, end exclusive: the last days end with the newest date that has data.
export function datesOf(state, sources) {
  if (!state.days) return { start: state.from, end: addDays(state.to, 1) };
  const newest = sources.filter((s) => !state.source || s.source === state.source)
    .map((s) => s.last_date).filter(Boolean).sort().at(-1);
  if (!newest) return null;
  return { start: addDays(newest, 1 - Number(state.days)), end: addDays(newest, 1) };
}

// As many days before them.
export function datesBefore({ start, end }) {
  return { start: addDays(start, -daysBetween(start, end)), end: start };
}
