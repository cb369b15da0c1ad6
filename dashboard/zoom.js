// Looking closer at a chart: by mouse (drag: zoom, with Shift: pan, click: that day, double click: all,
// Ctrl and wheel: zoom), by touch (one finger pans, two zoom; up and down the page moves), by keys and by buttons.

const DAY_MS = 86_400_000;
const LEAST_MS = 3 * DAY_MS;
const CLICK_PIXELS = 6;
const DOUBLE_MS = 300;

// Never behind the ends of what there is.
function clamp([low, high], [first, last]) {
  const width = Math.min(Math.max(high - low, Math.min(LEAST_MS, last - first)), last - first);
  const start = Math.min(Math.max((low + high - width) / 2, first), last - width);
  return [start, start + width];
}

// At most one drawing a frame, however often a pointer moves.
function show(chart, range) {
  if (chart.numRows() < 2) return;
  const [first, last] = chart.xAxisExtremes();
  const isWaiting = Boolean(chart.wanted);
  chart.wanted = clamp(range, [first, last]);
  if (isWaiting) return;
  requestAnimationFrame(() => {
    const [low, high] = chart.wanted;
    chart.wanted = null;
    chart.updateOptions({ dateWindow: high - low >= last - first ? null : [low, high] });
  });
}

const rangeOf = (chart) => chart.wanted ?? chart.xAxisRange();

function zoomAt(chart, factor, at) {
  const [low, high] = rangeOf(chart);
  const middle = at ?? (low + high) / 2;
  show(chart, [middle - (middle - low) * factor, middle + (high - middle) * factor]);
}

function pan(chart, share) {
  const [low, high] = rangeOf(chart);
  show(chart, [low + (high - low) * share, high + (high - low) * share]);
}

const actions = {
  ArrowLeft: (chart) => pan(chart, -0.2), ArrowRight: (chart) => pan(chart, 0.2),
  '+': (chart) => zoomAt(chart, 0.6), '=': (chart) => zoomAt(chart, 0.6), '-': (chart) => zoomAt(chart, 1 / 0.6),
  0: (chart) => show(chart, chart.xAxisExtremes()),
};

const xOf = (event, chart) => event.clientX - chart.graphDiv.getBoundingClientRect().left;

// What a drag with the mouse has chosen so far.
function showChosen(chart, from, to) {
  const box = chart.chosen ??= chart.graphDiv.appendChild(Object.assign(document.createElement('div'), { className: 'chosen' }));
  box.hidden = Math.abs(to - from) < CLICK_PIXELS;
  box.style.left = `${Math.min(from, to)}px`;
  box.style.width = `${Math.abs(to - from)}px`;
}

function dragTo(chart, pointer, x) {
  const [low, high] = pointer.range;
  if (!pointer.pans) { showChosen(chart, pointer.x, x); return; }
  const moved = (pointer.x - x) * (high - low) / chart.getArea().w;
  show(chart, [low + moved, high + moved]);
}

// What two fingers had between them stays between them.
function pinch(chart, pointers) {
  const [a, b] = pointers;
  const [low, high] = a.range;
  const { x: left, w: width } = chart.getArea();
  const timeAt = (x) => low + (x - left) / width * (high - low);
  const scale = (timeAt(a.x) - timeAt(b.x)) / (Math.abs(a.now - b.now) < 8 ? 8 * Math.sign(a.now - b.now || 1) : a.now - b.now);
  const start = timeAt(a.x) - (a.now - left) * scale;
  show(chart, [start, start + width * scale]);
}

// A finger that comes or goes begins anew.
function restart(chart, pointers) {
  for (const p of pointers.values()) Object.assign(p, { x: p.now, range: rangeOf(chart) });
}

function onDown(event, chart, pointers) {
  if (event.button) return;
  event.currentTarget.setPointerCapture(event.pointerId);
  const now = xOf(event, chart);
  pointers.set(event.pointerId, { now, pans: event.pointerType !== 'mouse' || event.shiftKey });
  restart(chart, pointers);
}

function onMove(event, chart, pointers) {
  const pointer = pointers.get(event.pointerId);
  if (!pointer) return;
  pointer.now = xOf(event, chart);
  if (pointers.size === 1) dragTo(chart, pointer, pointer.now);
  else pinch(chart, [...pointers.values()]);
}

function onWheel(event, chart) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomAt(chart, event.deltaY < 0 ? 0.8 : 1.25, chart.toDataXCoord(xOf(event, chart)));
}

// The day nearest to x, unless a second click comes: then it was not meant.
function click(chart, x, onDay) {
  const [first, last] = [chart.getValue(0, 0), chart.getValue(chart.numRows() - 1, 0)];
  const time = Math.round(chart.toDataXCoord(x) / DAY_MS) * DAY_MS;
  clearTimeout(chart.clicked);
  if (onDay) chart.clicked = setTimeout(onDay, DOUBLE_MS, Math.min(Math.max(time, first), last));
}

function onUp(event, chart, pointers, onDay) {
  const pointer = pointers.get(event.pointerId);
  if (!pointer) return;
  pointers.delete(event.pointerId);
  if (chart.chosen) chart.chosen.hidden = true;
  const ends = [pointer.x, pointer.now].sort((a, b) => a - b);
  if (event.type === 'pointerup' && !pointer.pans) {
    if (ends[1] - ends[0] < CLICK_PIXELS) click(chart, pointer.now, onDay);
    else show(chart, ends.map((x) => chart.toDataXCoord(x)));
  }
  restart(chart, pointers);
}

// element: the chart's; chartOf(): its dygraph, or null; onDay(time): what a click does, or null. Its
// buttons say in data-key what they do.
export function onZoom(element, chartOf, onDay) {
  const pointers = new Map();
  const listen = (types, handler) => types.forEach((type) => element.addEventListener(type, (event) => {
    const chart = chartOf();
    if (chart) handler(event, chart, pointers);
  }));
  listen(['pointerdown'], onDown);
  listen(['pointermove'], onMove);
  listen(['pointerup', 'pointercancel'], (event, chart) => onUp(event, chart, pointers, onDay));
  listen(['dblclick'], (event, chart) => { clearTimeout(chart.clicked); actions[0](chart); });
  listen(['wheel'], onWheel);
  listen(['keydown'], (event, chart) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key](chart);
  });
  for (const button of document.querySelectorAll(`[data-zoom="${element.id}"] button`)) {
    button.addEventListener('click', () => { if (chartOf()) actions[button.dataset.key](chartOf()); });
  }
}
