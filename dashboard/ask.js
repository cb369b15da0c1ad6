// What is asked: what is looked at stands in the address, all of it, so that a link shows the same to a
// colleague, and back and forward work; /api/v1 answers. Answers are kept with their ETag, so that one
// that has not changed is a 304. The token is kept in memory alone.

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

const KEPT_MAX = 60;
const TRIES = 10;
const kept = new Map();
let token = '';

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const setToken = (text) => { token = text; };
export const hasToken = () => token !== '';

function urlOf(path, query) {
  const used = Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const texts = used.map(([name, value]) => `${name}=${encodeURIComponent(value)}`); // a blank is no plus here
  return `/api/v1/${path}${texts.length ? `?${texts.join('&')}` : ''}`;
}

async function askOnce(url, headers) {
  if (token) headers.authorization = `Bearer ${token}`;
  try {
    return await fetch(url, { headers, cache: 'no-store', signal: AbortSignal.timeout(30_000) });
  } catch {
    throw new ApiError('txapi does not answer', 0);
  }
}

// What takes the database longer goes on when txapi says to come again in a second: then it is there.
async function ask(url, headers) {
  for (let tries = 0; ; tries++) {
    const response = await askOnce(url, headers);
    if (response.headers.get('retry-after') !== '1' || response.status !== 503 || tries === TRIES) return response;
    if (tries === 0) dispatchEvent(new Event('slow'));
    await new Promise((done) => setTimeout(done, 1000));
  }
}

async function fail(response) {
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(problem.detail ?? `txapi answered with status ${response.status}`, response.status);
}

function keep(url, entry) {
  kept.delete(url);
  kept.set(url, entry);
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
}

// The answer with changed (whether it is another than last time) and stale (seconds, or null).
export async function api(path, query = {}) {
  const url = urlOf(path, query);
  const had = kept.get(url);
  const headers = { accept: 'application/json' };
  if (had?.etag) headers['if-none-match'] = had.etag;
  const response = await ask(url, headers);
  const age = response.headers.get('x-txmon-stale');
  const stale = age === null ? null : Number(age);
  if (response.status === 304) return { ...had.body, changed: false, stale };
  if (!response.ok) return fail(response);
  const body = await response.json();
  keep(url, { etag: response.headers.get('etag'), body });
  return { ...body, changed: true, stale };
}

export async function csv(path, query = {}) {
  const response = await ask(urlOf(path, query), { accept: 'text/csv' });
  return response.ok ? response.text() : fail(response);
}

// All pages as one CSV: each has the header.
export async function csvPages(path, query = {}) {
  const texts = [];
  let after = '';
  do {
    const page = { ...query, limit: 1000, after };
    const [text, answer] = await Promise.all([csv(path, page), api(path, page)]);
    texts.push(texts.length ? text.slice(text.indexOf('\n') + 1) : text);
    after = answer.meta.next ?? '';
  } while (after);
  return texts.join('');
}
