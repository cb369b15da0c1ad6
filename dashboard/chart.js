// Charts: transactions a day with what was to be expected, and anomalies a day by detector.

import { iso, readState, writeState } from './ask.js';
import { byId, count, el, number } from './format.js';

const DAY_MS = 86_400_000;
const ALONE = 80; // pixels of a band of one day
const palette = ['--d1', '--d2', '--d3', '--d4', '--d5', '--d6'];
const ids = ['chart', 'detector-chart', 'why-chart'];
const interest = ['pointerover', 'pointerdown', 'focusin'];
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const linked = ['chart', 'detector-chart']; // have the same days
const charts = {};
const extents = {};
const words = {}; // of each chart: shows what it has at a moment, or, with none, what its marks mean

// The legend's plugin sets style attributes, which the Content-Security-Policy forbids, and is not used.
Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

// The style's colours, read once a drawing.
function colors() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

const widthOf = (points) => Math.min((points.length > 1 ? points[1].canvasx - points[0].canvasx : 56) * 0.72, 48);

// A bar's edges, on whole pixels: what is cut through looks like another colour. Narrow ones touch.
function edgesOf(x, width) {
  const half = width < 3 ? width / 1.44 : width / 2;
  const left = Math.round(x - half);
  return [left, Math.max(1, Math.round(x + half) - left)];
}

// Where days are narrower than a pixel, each pixel has its highest day, and shows what is unusual in it.
function columnsOf(points, states) {
  const columns = new Map();
  for (const point of points) {
    const x = Math.round(point.canvasx);
    const state = states.get(point.xval);
    const column = columns.get(x) ?? columns.set(x, { x, y: Infinity, state: 'not_loaded', isUnusual: false }).get(x);
    if (state === 'not_loaded') continue;
    column.y = Math.min(column.y, point.canvasy);
    column.isUnusual ||= state === 'anomaly';
    if (column.state !== 'normal') column.state = state === 'anomaly' ? 'normal' : state;
  }
  return [...columns.values()];
}

// Days that were not loaded are hatched, those with too little history pale, those with an anomaly marked.
function plotterOf(states) {
  return ({ drawingContext: context, points, dygraph }) => {
    const color = colors();
    const bottom = dygraph.toDomYCoord(0);
    const width = widthOf(points);
    const columns = columnsOf(points, states);
    for (const { x, y, state } of columns) {
      const [left, wide] = edgesOf(x, width);
      if (state === 'not_loaded') { hatch(context, color, left, wide, bottom); continue; }
      context.fillStyle = color(state === 'no_opinion' ? '--pale' : '--bar');
      context.fillRect(left, y, wide, bottom - y);
    }
    context.fillStyle = color('--anomaly');
    for (const column of columns) if (column.isUnusual) mark(context, column);
  };
}

function hatch(context, color, left, width, bottom) {
  context.strokeStyle = context.fillStyle = color('--quiet');
  if (width < 6) { context.fillRect(left, bottom - 2, width, 2); return; }
  context.setLineDash([3, 3]);
  context.strokeRect(left + 0.5, bottom - 14.5, width - 1, 14);
  context.setLineDash([]);
}

function mark(context, { x, y }) {
  context.beginPath();
  context.moveTo(x, y - 10);
  context.lineTo(x + 6, y - 1);
  context.lineTo(x - 6, y - 1);
  context.fill();
}

// What is seen of the days whose bounds are known, without gaps, as shapes.
function piecesOf(points, [low, high]) {
  const pieces = [[]];
  for (const p of points) {
    if (p.time < low || p.time > high) continue;
    if (p.upper !== null) pieces.at(-1).push(p);
    else if (pieces.at(-1).length) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length);
}

// The band behind the bars.
function bandOf(points) {
  return (context, area, dygraph) => {
    const [low, high] = dygraph.xAxisRange();
    const margin = (high - low) / 20;
    const at = (p, value) => [dygraph.toDomXCoord(p.time), dygraph.toDomYCoord(Math.max(0, value))];
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w, area.h);
    context.clip();
    context.fillStyle = colors()('--band');
    for (const piece of piecesOf(points, [low - margin, high + margin])) {
      if (piece.length === 1) {
        const [[x, upper], [, lower]] = [at(piece[0], piece[0].upper), at(piece[0], piece[0].lower)];
        context.fillRect(x - ALONE / 2, upper, ALONE, lower - upper);
        continue;
      }
      context.beginPath();
      for (const p of piece) context.lineTo(...at(p, p.upper));
      for (const p of piece.toReversed()) context.lineTo(...at(p, p.lower));
      context.fill();
    }
    context.restore();
  };
}

// A line through the day that is pointed at, in both charts of the same days, with what each has there.
function pointAt(id, time) {
  for (const each of linked.includes(id) ? linked : [id]) {
    if (!charts[each]) continue;
    const line = byId(each).querySelector('.cross') ?? byId(each).appendChild(el('div', { class: 'cross' }));
    const [low, high] = charts[each].xAxisRange();
    line.hidden = time === null || time < low || time > high;
    if (!line.hidden) line.style.left = `${Math.round(charts[each].toDomXCoord(time))}px`;
    words[each](time);
  }
}

const tickerOf = (data) => (data.length === 1 ? () => [{ v: data[0][0].getTime(), label: iso(data[0][0]) }] : Dygraph.dateTicker);

function optionsOf(id, data, more) {
  const color = colors();
  const isWhole = data.every((row) => row.slice(1).every(Number.isInteger));
  return {
    file: data, labelsUTC: true, includeZero: true, gridLineColor: color('--line'),
    axisLineColor: color('--line'), animatedZooms: false, interactionModel: {},
    highlightCallback: (event, x) => pointAt(id, x), unhighlightCallback: () => pointAt(id, null),
    highlightCircleSize: 0, axes: { x: { drawGrid: false, ticker: tickerOf(data), axisLabelWidth: data.length === 1 ? 90 : 60 }, y: { axisLabelWidth: 52, axisLabelFormatter: (n) => (isWhole && !Number.isInteger(n) ? '' : short.format(n)) } }, ...more,
  };
}

function draw(id, data, options) {
  byId(id).classList.toggle('empty', data.length === 0);
  byId(id).dataset.points = data.length;
  if (data.length === 0) {
    charts[id]?.destroy();
    charts[id] = null;
    return;
  }
  options.drawCallback = (chart) => { byId(id).dataset.window = chart.xAxisRange().map((time) => new Date(time).toISOString().slice(0, 10)).join(' '); };
  options.xRangePad = Math.max(4, Math.min(28, byId(id).clientWidth / (data.length + 1) / 2));
  const extent = `${data[0][0].getTime()} ${data.at(-1)[0].getTime()}`;
  const isOther = extents[id] !== extent;
  extents[id] = extent;
  const whole = data.length > 1 ? null : [data[0][0].getTime() - DAY_MS, data[0][0].getTime() + DAY_MS]; // one day is in the middle
  if (isOther || !charts[id]) options.dateWindow = whole;
  if (charts[id]) charts[id].updateOptions(options);
  else charts[id] = new Dygraph(byId(id), data, options);
}

// The same as text, for those who do not see the chart: made when it is opened.
function showTable(id, head, rowsOf) {
  const details = byId(`${id}-table`);
  const cells = (name, texts) => texts.map((text, i) => el(name, { class: i > 0 && head[i] !== 'State' ? 'n' : null, scope: name === 'th' ? 'col' : null }, text));
  const fill = () => details.querySelector('div').replaceChildren(...(details.open ? [el('table', {},
    el('thead', {}, el('tr', {}, ...cells('th', head))),
    el('tbody', {}, ...rowsOf().map((row) => el('tr', {}, ...cells('td', row)))))] : []));
  details.ontoggle = fill;
  fill();
}

// What the marks mean, of those that are there.
function keysOf(points) {
  if (points.length === 0) return ['No data in this range.'];
  const has = (state) => points.some((p) => p.state === state);
  return [['observed', has('normal') || has('anomaly')], ['expected', points.some((p) => p.upper !== null)], ['anomaly', has('anomaly')],
    ['too little history', has('no_opinion')], ['not loaded', has('not_loaded')]]
    .filter(([, isThere]) => isThere).map(([text]) => el('span', { class: `key ${text.split(' ').at(-1)}` }, text));
}

const valueOf = (text) => (text === null ? null : Number(text));
const wordsOf = (p) => `${p.date}: ${number(p.observed)}, expected ${number(p.expected)} (${number(p.lower)} to ${number(p.upper)}), ${p.state.replace('_', ' ')}`;

// points: [{date, observed, expected, lower, upper, state}]
export function showSeries(id, points, legend, title, note = '') {
  const drawn = points.map((p) => ({ time: Date.parse(p.date), observed: Number(p.observed ?? 0),
    lower: valueOf(p.lower) ?? 0, upper: valueOf(p.upper) }));
  const states = new Map(points.map((p, i) => [drawn[i].time, p.state]));
  const nth = new Map(drawn.map((p, i) => [p.time, i]));
  const data = drawn.map((p) => [new Date(p.time), p.observed]);
  const top = drawn.reduce((most, p) => Math.max(most, p.observed, p.upper ?? 0), 4);
  words[id] = (time) => (nth.has(time) ? legend.replaceChildren(wordsOf(points[nth.get(time)]))
    : legend.replaceChildren(...keysOf(points), points.length ? note : ''));
  words[id](null);
  byId(id).setAttribute('aria-label', title);
  showTable(id, ['Date', 'Observed', 'Expected', 'From', 'To', 'State'],
    () => points.map((p) => [p.date, number(p.observed), number(p.expected), number(p.lower), number(p.upper), p.state.replace('_', ' ')]));
  draw(id, data, optionsOf(id, data, {
    labels: ['date', 'observed'], plotter: plotterOf(states), underlayCallback: bandOf(drawn), valueRange: [0, top * 1.1],
  }));
}

// One detector's bars upon the other's.
function stackOf(data, names) {
  return ({ drawingContext: context, seriesIndex, allSeriesPoints: [points], dygraph }) => {
    if (seriesIndex !== 0) return;
    const color = colors();
    const fills = names.map((name, i) => color(palette[i % palette.length]));
    const width = widthOf(points);
    const sums = new Map(points.map((p) => [p, data[p.idx].slice(1).reduce((a, b) => a + b, 0)]));
    const highest = new Map();
    for (const p of points) {
      const x = Math.round(p.canvasx);
      if (!(sums.get(highest.get(x)) > sums.get(p))) highest.set(x, p);
    }
    for (const [x, point] of highest) {
      const [left, wide] = edgesOf(x, width);
      let below = 0;
      names.forEach((name, i) => {
        const n = data[point.idx][i + 1];
        if (!n) return;
        const [low, high] = [dygraph.toDomYCoord(below), dygraph.toDomYCoord(below += n)];
        context.fillStyle = fills[i];
        context.fillRect(left, high, wide, low - high);
      });
    }
  };
}

// As many as there are colours: where there are more, those with the most, and the others together.
function drawnOf(rows, all) {
  if (all.length <= palette.length) return { names: all, valuesOf: (row) => all.map((name) => row.get(name) ?? 0) };
  const sums = new Map(all.map((name) => [name, rows.reduce((sum, row) => sum + (row.get(name) ?? 0), 0)]));
  const most = all.toSorted((a, b) => sums.get(b) - sums.get(a)).slice(0, palette.length - 1).sort();
  const others = all.filter((name) => !most.includes(name));
  const sumOf = (row, names) => names.reduce((sum, name) => sum + (row.get(name) ?? 0), 0);
  return { names: [...most, `${others.length} others`], valuesOf: (row) => [...most.map((name) => row.get(name) ?? 0), sumOf(row, others)] };
}

export function showDetectors(id, buckets, legend) {
  const rows = buckets.map((b) => new Map(b.by_detector.map((d) => [d.detector, d.n])));
  const all = [...new Set(rows.flatMap((row) => [...row.keys()]))].sort();
  const { names, valuesOf } = drawnOf(rows, all);
  const data = buckets.map((b, i) => [new Date(b.start), ...valuesOf(rows[i])]);
  const nth = new Map(data.map(([date], i) => [date.getTime(), i]));
  const chosen = readState().detector;
  const keys = names.map((name, i) => {
    const attributes = { class: `key k${i % palette.length + 1}` };
    if (!all.includes(name)) return el('span', attributes, name); // the others together
    return el('button', { ...attributes, type: 'button', 'aria-pressed': String(name === chosen), title: `Only ${name} in the list`,
      onclick: () => writeState({ detector: name === chosen ? '' : name }) }, name);
  });
  legend.replaceChildren(...(names.length ? keys : ['No anomalies in this range.']));
  words[id] = (time) => {
    const b = buckets[nth.get(time)];
    byId('detectors-at').textContent = b ? `${b.start}: ${b.by_detector.map((d) => `${count(d.n)} ${d.detector}`).join(', ') || 'none'}` : '';
  };
  showTable(id, ['Date', ...all], () => rows.map((row, i) => [buckets[i].start, ...all.map((name) => count(row.get(name) ?? 0))]));
  draw(id, names.length ? data : [], optionsOf(id, data, {
    labels: ['date', ...names], plotter: stackOf(data, names), valueRange: [0, buckets.reduce((most, b) => Math.max(most, b.n), 4) * 1.1],
  }));
}

// In the colours, and of the width, of the screen or the paper.
function redraw() {
  const color = colors();
  for (const chart of Object.values(charts)) {
    chart?.resize();
    chart?.updateOptions({ gridLineColor: color('--line'), axisLineColor: color('--line') });
  }
}

// A day that is clicked at is what is looked at, unless it is already.
function narrow(time) {
  const date = iso(time);
  const { from, to } = readState();
  if (from !== date || to !== date) writeState({ days: '', from: date, to: date });
}

// Looking closer is loaded by who points at a chart, or comes to it by keyboard.
async function closer() {
  const { onZoom } = await import('./zoom.js');
  for (const id of ids) onZoom(byId(id), () => charts[id], linked.includes(id) ? narrow : null);
  document.body.dataset.zoom = 'ready';
}

export function onCharts() {
  const begin = () => { closer(); for (const type of interest) removeEventListener(type, begin); };
  for (const type of interest) addEventListener(type, begin, { passive: true });
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', redraw);
}

// Of what has no series: no expectations.
export function pointsOf(buckets, metric) {
  const currencies = new Map();
  for (const a of buckets.flatMap((b) => b.amounts ?? [])) currencies.set(a.currency, (currencies.get(a.currency) ?? 0) + a.n);
  const most = [...currencies].sort((a, b) => b[1] - a[1])[0]?.[0];
  const valueIn = (b) => {
    const a = b.amounts?.find((each) => each.currency === most);
    if (metric === 'amount') return a?.amount ?? '0';
    return metric === 'mean' ? a && String(Number(a.amount) / a.n) : String(b.n);
  };
  return buckets.map((b) => ({ date: b.start.slice(0, 10), observed: valueIn(b) ?? null, expected: null, lower: null,
    upper: null, state: 'normal' }));
}
