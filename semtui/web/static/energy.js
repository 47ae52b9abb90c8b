// The half hours of one day as bars, drawn without a library; and the same as a table.

import { word } from "./words.js";

const DAY = 86400000;
const UP = 150;

// Days are the meter's: its clock is JST, wherever the browser is.
const meterDay = (ms) => new Date(ms + 9 * 3600000).toISOString().slice(0, 10);

export class Energy {
  constructor(fetchJson) {
    this.fetchJson = fetchJson;
    this.day = null;
    this.rows = [];
    this.shown = null; // the day that the rows are of
    // Drawn in the pixels that there are: letters that shrink with the picture cannot be read.
    new ResizeObserver(() => this.drawBars()).observe(document.getElementById("bars"));
    document.getElementById("earlier").addEventListener("click", () => this.step(-1));
    document.getElementById("later").addEventListener("click", () => this.step(1));
  }

  today() {
    return meterDay(Date.now());
  }

  async step(days) {
    this.day = meterDay(Date.parse(`${this.day || this.today()}T00:00:00+09:00`) + days * DAY);
    if (this.day >= this.today()) this.day = null;
    await this.load();
  }

  async load() {
    const day = this.day || this.today();
    const answer = await this.fetchJson(`api/v1/energy?by=30m&from=${day}&to=${day}`);
    if (day !== (this.day || this.today())) return; // Another day was asked for meanwhile.
    if (answer || day !== this.shown) this.rows = answer ? answer.rows : [];
    this.shown = day;
    this.draw();
  }

  draw() {
    const day = this.day || this.today();
    document.getElementById("day").textContent = day;
    document.getElementById("later").disabled = this.day === null;
    const known = this.rows.filter((row) => row.import_kwh !== null);
    const total = (name) => {
      const values = this.rows.map((row) => row[name]).filter((value) => value !== null);
      return values.length ? values.reduce((sum, value) => sum + value, 0).toFixed(1) : null;
    };
    const passed = this.day ? 48 : Math.max(1, Math.floor((Date.now() - Date.parse(`${day}T00:00:00+09:00`)) / 1800000));
    document.getElementById("sum").textContent = known.length
      ? word("total")(total("import_kwh"), total("export_kwh"), known.length, Math.min(48, passed)) : word("total_none");
    this.drawBars();
    this.drawTable();
  }

  drawBars() {
    const width = document.getElementById("bars").clientWidth;
    if (!this.rows.length) document.getElementById("bars").replaceChildren();
    if (!width || !this.rows.length) return;
    const tallest = Math.max(0.5, ...this.rows.map((row) => row.import_kwh || 0));
    const deepest = Math.max(0, ...this.rows.map((row) => row.export_kwh || 0));
    const scale = UP / Math.max(tallest, deepest);
    const base = UP + 14;
    const height = base + (deepest ? deepest * scale : 0) + 22;
    const step = width / 48;
    const rim = Math.min(2, step / 6);
    const parts = [`<text x="0" y="10">${tallest.toFixed(1)} kWh</text>`];
    this.rows.forEach((row, index) => {
      const x = index * step;
      if (row.import_kwh === null) parts.push(`<rect class="unknown" x="${x + rim}" y="${base - 2}" width="${step - 2 * rim}" height="2"/>`);
      else parts.push(`<rect class="import" x="${x + rim}" y="${base - row.import_kwh * scale}" width="${step - 2 * rim}" height="${row.import_kwh * scale}"><title>${row.start.slice(11, 16)} ${row.import_kwh} kWh</title></rect>`);
      if (row.export_kwh) parts.push(`<rect class="export" x="${x + rim}" y="${base}" width="${step - 2 * rim}" height="${row.export_kwh * scale}"/>`);
    });
    parts.push(`<line x1="0" x2="${width}" y1="${base}" y2="${base}"/>`);
    for (let hour = 0; hour <= 24; hour += 6) {
      const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
      parts.push(`<text x="${(hour * width) / 24}" y="${height - 6}" text-anchor="${anchor}">${String(hour).padStart(2, "0")}:00</text>`);
    }
    document.getElementById("bars").innerHTML = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${parts.join("")}</svg>`;
  }

  drawTable() {
    const cell = (value) => (value === null ? "" : value);
    const rows = this.rows.map((row) => `<tr><td>${row.start.slice(11, 16)}</td><td>${cell(row.import_kwh)}</td><td>${cell(row.export_kwh)}</td><td>${row.source ? word("sources")[row.source] : ""}</td></tr>`);
    document.getElementById("table").innerHTML =
      `<table><thead><tr><th scope="col">${word("time")}</th><th scope="col">${word("import_register")} kWh</th><th scope="col">${word("export_register")} kWh</th><th scope="col">${word("source")}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  }
}
