// A chart of power: the mean as a line in a band from the lowest to the highest. Null is a gap.

import { word, locale } from "./words.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const hasCharts = () => typeof window.uPlot === "function";

export function columns(history) {
  const xs = history.mean.map((_value, index) => history.start + (index + 0.5) * history.every);
  return [xs, history.mean, history.low, history.high];
}

// A value between two gaps has no line; it is drawn as a point.
function alone(plot, series, _show, _gaps) {
  const values = plot.data[series];
  const known = (index) => values[index] !== null && values[index] !== undefined;
  return values.map((_value, index) => index).filter((index) => known(index) && !known(index - 1) && !known(index + 1));
}

export class Chart {
  // `onZoom(from, to)` is told of a range that was dragged or pinched, in epoch seconds.
  constructor(node, { onZoom = null, plain = false } = {}) {
    this.node = node;
    this.onZoom = onZoom;
    this.plain = plain;
    this.data = null;
    this.range = null;
    this.plot = null;
    this.marked = null;
    this.title = document.getElementById(node.getAttribute("aria-labelledby"));
    node.addEventListener("dblclick", () => this.onZoom && this.onZoom(null, null));
    new ResizeObserver(() => this.resize()).observe(node);
    if (onZoom) this.listenToPinch();
  }

  show(data, range) {
    this.data = data;
    this.range = range;
    const empty = !data || data[1].every((value) => value === null);
    this.say(!hasCharts() ? word("no_charts") : empty ? word("no_data") : "");
    this.describe(empty);
    if (!hasCharts() || !data) return;
    if (!this.plot) this.make();
    else {
      this.plot.setData(data, false);
      this.plot.batch(() => { this.plot.setScale("x", { min: range[0], max: range[1] }); });
    }
  }

  remake() {
    if (this.plot) this.plot.destroy();
    this.plot = null;
    if (this.data) this.show(this.data, this.range);
    this.mark(this.marked);
  }

  say(text) {
    let note = this.node.querySelector(".empty");
    if (!note) this.node.append((note = Object.assign(document.createElement("div"), { className: "empty" })));
    note.textContent = text;
  }

  describe(empty) {
    if (this.plain) return;
    const name = this.title ? this.title.textContent : "";
    this.node.removeAttribute("aria-labelledby");
    this.node.setAttribute("aria-label", `${name}: ${word("no_data")}`);
    if (empty) return;
    const known = this.data[1].filter((value) => value !== null);
    const mean = Math.round(known.reduce((sum, value) => sum + value, 0) / known.length);
    const low = Math.min(...this.data[2].filter((value) => value !== null));
    const high = Math.max(...this.data[3].filter((value) => value !== null));
    this.node.setAttribute("aria-label", `${name}: ${word("mean")} ${mean} W, ${word("low")} ${low} W, ${word("high")} ${high} W`);
  }

  size() {
    return { width: this.node.clientWidth, height: this.node.clientHeight };
  }

  resize() {
    if (!this.plot) return;
    this.plot.setSize(this.size());
    this.mark(this.marked);
  }

  make() {
    const axis = { stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const hidden = { show: false, stroke: "transparent", points: { show: false } };
    const date = new Intl.DateTimeFormat(locale(), { month: "numeric", day: "numeric" });
    const clock = new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" });
    const times = (_plot, splits, _index, _space, step) =>
      splits.map((s) => (step >= 86400 || new Date(s * 1000).getHours() + new Date(s * 1000).getMinutes() === 0 ? date : clock).format(s * 1000));
    this.plot = new window.uPlot({
      ...this.size(),
      legend: { show: false },
      cursor: { show: !this.plain, y: false, drag: { x: true, y: false, setScale: false }, points: { show: false } },
      scales: { x: { time: true }, y: { range: (_plot, min, max) => [Math.min(0, min ?? 0), Math.max(100, (max ?? 0) * 1.1)] } },
      axes: [{ ...axis, values: times, space: 70, size: 28, show: !this.plain }, { ...axis, size: 52, show: !this.plain }],
      bands: [{ series: [3, 2], fill: css("--band") }],
      series: [
        {},
        { stroke: css("--import"), width: 1.5, points: { show: true, size: 3, width: 0, fill: css("--import"), filter: alone } },
        { ...hidden, show: true, width: 0 },
        { ...hidden, show: true, width: 0 },
      ],
      hooks: {
        setSelect: [(plot) => this.selected(plot)],
        setCursor: [(plot) => this.pointed(plot)],
        // Scale and size count a moment after they were set; what is marked on them moves then.
        draw: [() => this.mark(this.marked)],
      },
    }, this.data, this.node);
    this.plot.setScale("x", { min: this.range[0], max: this.range[1] });
  }

  selected(plot) {
    if (!this.onZoom || plot.select.width < 5) return;
    const from = plot.posToVal(plot.select.left, "x");
    const to = plot.posToVal(plot.select.left + plot.select.width, "x");
    if (!this.plain) plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.onZoom(from, to);
  }

  pointed(plot) {
    if (this.plain) return;
    let tip = this.node.querySelector(".tip");
    if (!tip) this.node.append((tip = Object.assign(document.createElement("div"), { className: "tip" })));
    const index = plot.cursor.idx;
    const mean = index === null || index === undefined || plot.cursor.left < 0 ? null : plot.data[1][index];
    tip.hidden = mean === null || mean === undefined;
    if (tip.hidden) return;
    const at = new Intl.DateTimeFormat(locale(), { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const [low, high] = [plot.data[2][index], plot.data[3][index]];
    tip.textContent = `${at.format(plot.data[0][index] * 1000)}  ${mean} W` + (low === high ? "" : `  (${low} – ${high})`);
  }

  // The part [from, to] that is chosen in a navigator, in epoch seconds.
  mark(range) {
    this.marked = range;
    if (!this.plot || !range || typeof this.plot.scales.x.min !== "number") return;
    const left = Math.max(0, this.plot.valToPos(range[0], "x"));
    const right = Math.min(this.plot.over.clientWidth, this.plot.valToPos(range[1], "x"));
    this.plot.setSelect({ left, width: Math.max(2, right - left), top: 0, height: this.plot.over.clientHeight }, false);
  }

  listenToPinch() {
    let begun = null;
    const spread = (touches) => {
      const box = this.node.getBoundingClientRect();
      const xs = [touches[0].clientX - box.left, touches[1].clientX - box.left].sort((a, b) => a - b);
      return { left: xs[0], right: Math.max(xs[1], xs[0] + 20), width: box.width };
    };
    this.node.addEventListener("touchstart", (event) => {
      if (event.touches.length === 2 && this.range) begun = { ...spread(event.touches), range: this.range };
    }, { passive: true });
    this.node.addEventListener("touchmove", (event) => {
      if (!begun || event.touches.length !== 2) return;
      event.preventDefault();
      const now = spread(event.touches);
      const [min, max] = begun.range;
      const value = (x) => min + ((max - min) * x) / begun.width;
      const scale = (value(begun.right) - value(begun.left)) / (now.right - now.left);
      const from = value(begun.left) - now.left * scale;
      this.range = [from, from + now.width * scale];
      if (this.plot) this.plot.setScale("x", { min: this.range[0], max: this.range[1] });
    }, { passive: false });
    this.node.addEventListener("touchend", () => {
      if (begun) this.onZoom(...this.range);
      begun = null;
    });
  }
}
