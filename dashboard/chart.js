// Two charts: transactions a day with what was to be expected, and anomalies a day by detector.

import { byId, count, el, number } from './format.js';

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const palette = ['--d1', '--d2', '--d3', '--d4', '--d5', '--d6'];
const charts = {};
const extents = {};

function widthOf(points) {
  const step = points.length > 1 ? points[1].canvasx - points[0].canvasx : 40;
  return Math.max(1, Math.min(step * 0.72, 48));
}

// Days that were not loaded are hatched, those with too little history pale, those with an anomaly marked.
function plotterOf(states) {
  return ({ drawingContext: context, points, dygraph }) => {
    const bottom = dygraph.toDomYCoord(0);
    const width = widthOf(points);
    for (const point of points) {
      const state = states.get(point.xval);
      const left = point.canvasx - width / 2;
      if (state === 'not_loaded') { hatch(context, left, width, bottom); continue; }
      context.fillStyle = color(state === 'no_opinion' ? '--pale' : '--bar');
      context.fillRect(left, point.canvasy, width, bottom - point.canvasy);
      if (state === 'anomaly') mark(context, point);
    }
  };
}

function hatch(context, left, width, bottom) {
  context.strokeStyle = context.fillStyle = color('--quiet');
  if (width < 6) { context.fillRect(left, bottom - 2, width, 2); return; }
  context.setLineDash([3, 3]);
  context.strokeRect(left, bottom - 14, width, 13);
  context.setLineDash([]);
}

function mark(context, point) {
  context.fillStyle = color('--anomaly');
  context.beginPath();
  context.moveTo(point.canvasx, point.canvasy - 10);
  context.lineTo(point.canvasx + 6, point.canvasy - 1);
  context.lineTo(point.canvasx - 6, point.canvasy - 1);
  context.fill();
}

// The band behind the bars.
function bandOf(points) {
  return (context, area, dygraph) => {
    const known = points.filter((p) => p.lower !== null && p.upper !== null);
    if (known.length === 0) return;
    const at = (p, value) => dygraph.toDomCoords(Date.parse(p.date), Math.max(0, Number(value)));
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w, area.h);
    context.clip();
    context.fillStyle = color('--band');
    context.beginPath();
    for (const p of known) context.lineTo(...at(p, p.upper));
    for (const p of known.toReversed()) context.lineTo(...at(p, p.lower));
    context.fill();
    context.restore();
  };
}

function optionsOf(data, more) {
  return {
    file: data, labelsUTC: true, includeZero: true, gridLineColor: color('--line'),
    axisLineColor: color('--line'), labelsKMB: true, legend: 'never', animatedZooms: false,
    highlightCircleSize: 0, axes: { x: { drawGrid: false }, y: { axisLabelWidth: 52 } }, ...more,
  };
}

function draw(id, data, options) {
  if (data.length === 0) {
    charts[id]?.destroy();
    charts[id] = null;
    return;
  }
  options.xRangePad = Math.max(4, Math.min(28, byId(id).clientWidth / (data.length + 1) / 2));
  const extent = `${data[0][0].getTime()} ${data.at(-1)[0].getTime()}`;
  const isOther = extents[id] !== extent;
  extents[id] = extent;
  if (charts[id]) charts[id].updateOptions(isOther ? { ...options, dateWindow: null } : options);
  else charts[id] = new Dygraph(byId(id), data, options);
}

// The same as text, for those who do not see the chart: made when it is opened.
function showTable(id, head, rowsOf) {
  const details = byId(`${id}-table`);
  const cells = (name, texts) => texts.map((text, i) => el(name, { class: i > 0 && i < 5 ? 'n' : null, scope: name === 'th' ? 'col' : null }, text));
  const fill = () => details.querySelector('div').replaceChildren(...(details.open ? [el('table', {},
    el('thead', {}, el('tr', {}, ...cells('th', head))),
    el('tbody', {}, ...rowsOf().map((row) => el('tr', {}, ...cells('td', row)))))] : []));
  details.ontoggle = fill;
  fill();
}

// points: [{date, observed, expected, lower, upper, state}]
export function showSeries(id, points, legend, title) {
  const states = new Map(points.map((p) => [Date.parse(p.date), p.state]));
  const data = points.map((p) => [new Date(p.date), Number(p.observed ?? 0)]);
  const top = Math.max(1, ...points.map((p) => Math.max(Number(p.observed ?? 0), Number(p.upper ?? 0))));
  const usual = points.length ? 'Bars: observed. Shade: expected. ▲ anomaly. Pale: too little history. Dashed: not loaded.'
    : 'No data in this range.';
  legend.textContent = usual;
  byId(id).setAttribute('aria-label', title);
  showTable(id, ['Date', 'Observed', 'Expected', 'From', 'To', 'State'],
    () => points.map((p) => [p.date, number(p.observed), number(p.expected), number(p.lower), number(p.upper), p.state.replace('_', ' ')]));
  draw(id, data, optionsOf(data, {
    labels: ['date', 'observed'], plotter: plotterOf(states), underlayCallback: bandOf(points), valueRange: [0, top * 1.1],
    highlightCallback: (event, x) => {
      const p = points.find((each) => Date.parse(each.date) === x);
      if (p) legend.textContent = `${p.date}: ${number(p.observed)}, expected ${number(p.expected)} (${number(p.lower)} to ${number(p.upper)}), ${p.state.replace('_', ' ')}`;
    },
    unhighlightCallback: () => { legend.textContent = usual; },
  }));
}

// Bars of one detector upon the other's.
export function showDetectors(id, buckets, legend) {
  const names = [...new Set(buckets.flatMap((b) => b.by_detector.map((d) => d.detector)))].sort();
  const data = buckets.map((b) => [new Date(b.start),
    ...names.map((name) => b.by_detector.find((d) => d.detector === name)?.n ?? 0)]);
  const usual = names.length ? '' : 'No anomalies in this range.';
  const keys = names.map((name, i) => Object.assign(document.createElement('span'),
    { className: `key k${i % palette.length + 1}`, textContent: name }));
  legend.replaceChildren(usual, ...keys);
  const stacked = ({ drawingContext: context, seriesIndex, allSeriesPoints, dygraph }) => {
    if (seriesIndex !== 0) return;
    const width = widthOf(allSeriesPoints[0]);
    allSeriesPoints[0].forEach((point, nth) => {
      let below = 0;
      names.forEach((name, i) => {
        const n = data[nth + (point.idx - nth)]?.[i + 1] ?? 0;
        const [low, high] = [dygraph.toDomYCoord(below), dygraph.toDomYCoord(below += n)];
        context.fillStyle = color(palette[i % palette.length]);
        context.fillRect(point.canvasx - width / 2, high, width, low - high);
      });
    });
  };
  showTable(id, ['Date', ...names], () => data.map(([date, ...ns]) => [date.toISOString().slice(0, 10), ...ns.map(count)]));
  const most = Math.max(4, ...buckets.map((b) => b.n));
  draw(id, names.length ? data : [], optionsOf(data, {
    labels: ['date', ...names], plotter: stacked, valueRange: [0, most * 1.1],
    highlightCallback: (event, x) => {
      const b = buckets.find((each) => Date.parse(each.start) === x);
      byId('detectors-at').textContent = b ? `${b.start}: ${b.by_detector.map((d) => `${count(d.n)} ${d.detector}`).join(', ') || 'none'}` : '';
    },
  }));
}

// Arrows pan, + and - zoom, 0 shows all.
function zoomed([low, high], key) {
  const width = high - low;
  if (key === 'ArrowLeft') return [low - width / 5, high - width / 5];
  if (key === 'ArrowRight') return [low + width / 5, high + width / 5];
  if (key === '+' || key === '=') return [low + width / 5, high - width / 5];
  if (key === '-') return [low - width / 3, high + width / 3];
  return key === '0' ? [low, high] : null;
}

function onKey(event) {
  const chart = charts[event.currentTarget.id];
  const range = chart && zoomed(chart.xAxisRange(), event.key);
  if (!range) return;
  event.preventDefault();
  chart.updateOptions({ dateWindow: event.key === '0' ? null : range });
}

function recolor() {
  for (const chart of Object.values(charts)) chart?.updateOptions({ gridLineColor: color('--line'), axisLineColor: color('--line') });
}

export function onCharts() {
  for (const id of ['chart', 'detector-chart', 'why-chart']) byId(id).addEventListener('keydown', onKey);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolor);
}

export const pointsOf = (buckets) => buckets.map((b) => ({ date: b.start.slice(0, 10), observed: String(b.n),
  expected: null, lower: null, upper: null, state: 'normal' }));
