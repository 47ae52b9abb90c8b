// The page: fetches what is, listens to what happens, and draws both.

import { word, speak, otherLanguage, kwh } from "./words.js";
import { Gauge } from "./gauge.js";
import { Chart, columns } from "./chart.js";
import { Energy } from "./energy.js";

const byId = (id) => document.getElementById(id);
const RANGES = [3600, 21600, 43200, 86400, 604800, 2592000, 0];


const gauge = new Gauge(byId("gauge"));
const energy = new Energy(fetchJson);
const hour = new Chart(byId("hour"));
const today = new Chart(byId("today"));
const history = new Chart(byId("history"), { onZoom: zoom });
const navigatorChart = new Chart(byId("navigator"), { onZoom: zoom, plain: true });

let now = null;
let link = null;
let heardAt = null; // performance.now() of the last reading's birth, by its age then
let online = false;
let chosen = 86400; // seconds of the history shown, 0 for all; null while zoomed
let zoomed = null;
let hourly = []; // power of the last hour, [epoch seconds, watts or null]

async function fetchJson(path) {
  try {
    const answer = await fetch(path, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const age = () => (heardAt === null ? null : (performance.now() - heardAt) / 1000);

function take(answer) {
  if (!answer) return;
  now = answer;
  if (answer.age !== null) heardAt = performance.now() - answer.age * 1000;
  byId("demo").hidden = !answer.demo;
  drawNow();
}

function drawNow() {
  gauge.show(now, age());
  const reading = now && now.reading;
  const amps = (value) => (value === null || value === undefined ? "–" : `${value.toFixed(1)} A`);
  byId("r").textContent = amps(reading && reading.r_ampere);
  byId("t").textContent = amps(reading && reading.t_ampere);
  byId("import").textContent = kwh(now && now.energy && now.energy.import_kwh);
  byId("export").textContent = kwh(now && now.energy && now.energy.export_kwh);
}

function drawState() {
  const state = byId("state");
  const name = link && link.state;
  state.className = !online || name === "failed" ? "bad" : name === "backoff" ? "warn" : "";
  let text = "";
  if (!online) text = word("offline");
  else if (name) text = word("states")[name] + (link.title && name !== "ready" ? ` (${link.title})` : "");
  // Written only when it changes: a screen reader speaks each change.
  if (state.textContent !== text) state.textContent = text;
}

// Two readings fall into each step, so that a step without one is a gap that was there.
const hourStep = () => Math.max(10, Math.ceil(2 * ((now && now.interval) || 3)));

function drawHour() {
  const end = Date.now() / 1000;
  const step = hourStep();
  hourly = hourly.filter(([at]) => at >= end - 3600);
  const first = Math.floor((end - 3600) / step);
  const buckets = Array.from({ length: Math.floor(end / step) - first + 1 }, () => []);
  for (const [at, watts] of hourly) {
    const bucket = buckets[Math.floor(at / step) - first];
    if (bucket && watts !== null) bucket.push(watts);
  }
  hour.show([
    buckets.map((_bucket, index) => (first + index + 0.5) * step),
    buckets.map((bucket) => (bucket.length ? Math.round(bucket.reduce((a, b) => a + b) / bucket.length) : null)),
    buckets.map((bucket) => (bucket.length ? Math.min(...bucket) : null)),
    buckets.map((bucket) => (bucket.length ? Math.max(...bucket) : null)),
  ], [end - 3600, end]);
}

async function loadHour() {
  const answer = await fetchJson(`api/v1/history?every=${hourStep()}`);
  if (answer) {
    const past = columns(answer);
    const newest = hourly.length ? hourly[0][0] : Infinity;
    const known = past[0].map((at, index) => [at, past[1][index]]).filter(([at, watts]) => watts !== null && at < newest);
    hourly = [...known, ...hourly];
  }
  drawHour();
}

async function loadToday() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const from = midnight.getTime() / 1000;
  const answer = await fetchJson(`api/v1/history?from=${from}&every=300`);
  today.show(answer ? columns(answer) : null, [from, from + 86400]);
}

async function loadHistory() {
  const end = Date.now() / 1000;
  const span = await fetchJson("api/v1/span");
  const first = span && span.first ? Date.parse(span.first) / 1000 : end - 3600;
  const whole = [Math.min(first, end - 3600), end];
  const range = zoomed || [chosen ? end - chosen : whole[0], end];
  const answer = await fetchJson(`api/v1/history?from=${range[0].toFixed(0)}&to=${range[1].toFixed(0)}`);
  history.show(answer ? columns(answer) : null, range);
  if (!answer) history.say(word("no_store"));
  const overview = await fetchJson(`api/v1/history?from=${whole[0].toFixed(0)}`);
  navigatorChart.show(overview ? columns(overview) : null, whole);
  navigatorChart.mark(range);
  byId("history").dataset.from = range[0].toFixed(0);
  byId("history").dataset.to = range[1].toFixed(0);
}

function zoom(from, to) {
  if (from === null) zoomed = null;
  else {
    const middle = (from + to) / 2;
    const half = Math.max(60, to - from) / 2;
    zoomed = [middle - half, Math.min(middle + half, Date.now() / 1000)];
  }
  pressRange();
  loadHistory();
}

function makeRanges() {
  byId("ranges").replaceChildren(...RANGES.map((seconds) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: word("ranges")[seconds] });
    button.dataset.seconds = seconds;
    button.addEventListener("click", () => {
      chosen = seconds;
      zoom(null, null);
    });
    return button;
  }));
  pressRange();
}

function pressRange() {
  for (const button of byId("ranges").children) button.setAttribute("aria-pressed", String(!zoomed && Number(button.dataset.seconds) === chosen));
}

async function loadAll() {
  take(await fetchJson("api/v1/now"));
  link = await fetchJson("api/v1/link");
  drawState();
  await Promise.all([loadHour(), loadToday(), loadHistory(), energy.load()]);
}

function listen() {
  const source = new EventSource("api/v1/events");
  const on = (kind, action) => source.addEventListener(kind, (event) => action(JSON.parse(event.data)));
  source.addEventListener("open", () => { online = true; drawState(); });
  source.addEventListener("error", () => { online = false; drawState(); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000); });
  on("hello", loadAll);
  on("reset", loadAll);
  on("reading", (reading) => {
    hourly.push([Date.parse(reading.time) / 1000, reading.watts]);
    if (now && reading.watts !== null) {
      now.reading = reading;
      heardAt = performance.now();
      drawNow();
    }
    drawHour();
  });
  on("link", (state) => { link = { ...link, ...state }; drawState(); });
  on("energy", (registers) => { if (now) { now.energy = registers; drawNow(); } });
  on("half_hour", () => energy.load());
}

function translate() {
  speak();
  makeRanges();
  drawNow();
  drawState();
  for (const chart of [hour, today, history, navigatorChart]) chart.remake();
  energy.draw();
}

byId("language").addEventListener("click", () => { otherLanguage(); translate(); });
matchMedia("(prefers-color-scheme: light)").addEventListener("change", translate);
setInterval(() => gauge.show(now, age()), 1000);
setInterval(() => { loadToday(); if (!zoomed) loadHistory(); energy.load(); }, 60000);
translate();
listen();
