// Asks /api/v1. Answers are kept with their ETag, so that one that has not changed is a 304. The
// token is kept in memory alone.

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
