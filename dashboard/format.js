// Numbers, times and elements. Text from the data is only ever set as text.

const counts = new Intl.NumberFormat('en-GB');
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

export const byId = (id) => document.getElementById(id);
export const count = (n) => counts.format(n);
export const signs = { success: '✓', partial: '!', running: '…', failure: '✗', interrupted: '✗', undone: '↺' };
export const severitySigns = { critical: '▲▲', high: '▲', medium: '◆', low: '○' };

// el('td', { class: 'n' }, 'text', child…)
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

// Money comes as exact decimal text, and is grouped as text: a double could not hold every sum.
export function money(text) {
  if (text === null || text === undefined) return '–';
  const [whole, fraction] = String(text).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction ? `${grouped}.${fraction}` : grouped;
}

// Of bounds and means, which have six decimals, two; and no zeros at the end.
export function number(text) {
  if (text === null || text === undefined) return '–';
  const [whole, fraction = ''] = String(text).split('.');
  const short = fraction.length > 2 && whole.length < 13 ? Number(text).toFixed(2) : String(text);
  return money(short.includes('.') ? short.replace(/\.?0+$/, '') : short);
}

// 9,301.10 EUR: of what has a currency no single decimal.
export const amount = (text, currency) => `${number(text).replace(/(\.\d)$/, currency ? '$10' : '$1')} ${currency}`.trim();

// Exact sums of decimal texts.
export function addMoney(a, b) {
  const places = (t) => (t.split('.')[1] ?? '').length;
  const scale = Math.max(places(a), places(b));
  const whole = (t) => BigInt(t.replace('.', '') + '0'.repeat(scale - places(t)));
  const sum = whole(a) + whole(b);
  if (!scale) return String(sum);
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function ago(time, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  const [n, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute']
    : seconds < 129_600 ? [seconds / 3600, 'hour'] : [seconds / 86_400, 'day'];
  return relative.format(-Math.round(n), unit);
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  const s = Number(seconds);
  if (s < 60) return `${s.toFixed(1)} s`;
  return s < 3600 ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s` : `${Math.floor(s / 3600)} h ${Math.round(s % 3600 / 60)} min`;
}

// 2026-03-01 04:05, in the zone that was chosen.
export function moment(time, tz) {
  if (!time) return '–';
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(new Date(time));
}

// The same, which breaks between date and time alone.
export function when(time, tz) {
  const [date, clock] = moment(time, tz).split(' ');
  return el('span', {}, el('span', { class: 'date' }, date), clock ? ` ${clock}` : '');
}

// now, before: {n, days}: of how many days there is something in each range.
export function change(now, before) {
  if (!before.days) return now.days ? 'nothing loaded in the range before' : '\u00a0';
  if (before.days < now.days * 0.9) return `${count(before.n)} in the range before (${before.days === 1 ? 'one day' : `${count(before.days)} days`} loaded)`;
  if (!before.n) return now.n ? 'none in the range before' : '\u00a0';
  const percent = (now.n - before.n) / before.n * 100;
  const sign = percent > 0 ? '↑' : percent < 0 ? '↓' : '=';
  return `${sign} ${Math.abs(percent) < 10 ? Math.abs(percent).toFixed(1) : count(Math.round(Math.abs(percent)))} % against the range before (${count(before.n)})`;
}

export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
