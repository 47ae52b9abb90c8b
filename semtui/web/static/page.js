// The page: fetches what is, listens to what happens, and draws both.

import { word, speak, otherLanguage, kwh } from "./words.js";
import { Gauge } from "./gauge.js";
import { Chart, columns } from "./chart.js";
import { Energy } from "./energy.js";

const byId = (id) => document.getElementById(id);
const RANGES = [3600, 21600, 43200, 86400, 604800, 2592000, 0];
const RAW_DAYS = 7; // A longer range is downloaded by the minute.

const gauge = new Gauge(byId("gauge"));
const energy = new Energy(fetchJson);
const hour = new Chart(byId("hour"));
const today = new Chart(byId("today"));
const history = new Chart(byId("history"), { onZoom: zoom });
const navigatorChart = new Chart(byId("navigator"), { onZoom: zoom, plain: true });

let now = null;
let link = null;
let bornAt = null; // when the last reading was made, by this browser's clock (ms)
let ahead = null; // how far this browser's clock is ahead of semtui's (ms); null: not known yet
let online = false;
let chosen = 86400; // seconds of the history shown, 0 for all; null while zoomed
let zoomed = null;
let heard = 0; // number of the last reading's event
let hourly = []; // power of the last hour, [epoch seconds, mean, low, high]
let stored = true; // whether semtui keeps a history
let turn = 0; // of the questions for the history: only the last one's answer is shown

async function fetchJson(path) {
  try {
    const answer = await fetch(path, { headers: { accept: "application/json" } });
    if (path.startsWith("api/v1/span") && (answer.ok || answer.status === 404)) stored = answer.ok;
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Not by performance.now(), which stands still while a phone sleeps.
const age = () => (bornAt === null ? null : Math.max(0, (Date.now() - bornAt) / 1000));

function take(answer) {
  if (!answer) return;
  if (answer.reading) ahead = Date.now() - answer.age * 1000 - Date.parse(answer.reading.time);
  // What was heard while the answer was on its way is newer.
  if (now && now.reading && answer.event < heard) answer.reading = now.reading;
  now = answer;
  if (now.reading) bornAt = Date.parse(now.reading.time) + ahead;
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
  for (const [at, ...watts] of hourly) {
    const bucket = buckets[Math.floor(at / step) - first];
    if (bucket) bucket.push(watts);
  }
  const each = (index, join) => buckets.map((bucket) => (bucket.length ? join(bucket.map((watts) => watts[index])) : null));
  hour.show([
    buckets.map((_bucket, index) => (first + index + 0.5) * step),
    each(0, (means) => Math.round(means.reduce((a, b) => a + b) / means.length)),
    each(1, (lows) => Math.min(...lows)),
    each(2, (highs) => Math.max(...highs)),
  ], [end - 3600, end]);
}

async function loadHour() {
  const answer = await fetchJson(`api/v1/history?every=${hourStep()}`);
  if (answer) {
    const [times, means, lows, highs] = columns(answer);
    const known = times.map((at, index) => [at, means[index], lows[index], highs[index]]).filter(([, mean]) => mean !== null);
    // The store is a minute behind at most; what was heard since then is kept.
    const last = known.length ? known[known.length - 1][0] + answer.every / 2 : -Infinity;
    hourly = [...known, ...hourly.filter(([at]) => at >= last)];
  }
  drawHour();
}

async function loadToday() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const from = midnight.getTime() / 1000;
  const answer = await fetchJson(`api/v1/history?from=${from}&every=300`);
  if (answer || !stored) today.show(answer ? columns(answer) : null, [from, from + 86400]);
}

async function loadHistory() {
  const mine = ++turn;
  const end = Date.now() / 1000;
  const span = await fetchJson("api/v1/span");
  const first = span && span.first ? Date.parse(span.first) / 1000 : end - 3600;
  const whole = [Math.min(first, end - 3600), end];
  const range = zoomed || [chosen ? end - chosen : whole[0], end];
  const answer = await fetchJson(`api/v1/history?from=${range[0].toFixed(0)}&to=${range[1].toFixed(0)}`);
  if (mine !== turn) return;
  if (answer || !stored) history.show(answer ? columns(answer) : null, range);
  if (!stored) history.say(word("no_store"));
  const every = range[1] - range[0] > RAW_DAYS * 86400 ? "1m" : "raw";
  byId("csv").href = `export.csv?every=${every}&from=${range[0].toFixed(0)}&to=${range[1].toFixed(0)}`;
  byId("csv").hidden = !stored;
  const overview = await fetchJson(`api/v1/history?from=${whole[0].toFixed(0)}`);
  if (mine !== turn) return;
  if (overview || !stored) navigatorChart.show(overview ? columns(overview) : null, whole);
  navigatorChart.mark(range);
  byId("history").dataset.from = range[0].toFixed(0);
  byId("history").dataset.to = range[1].toFixed(0);
}

function zoom(from, to) {
  if (from === null) zoomed = null;
  else {
    const half = Math.max(60, to - from) / 2;
    const middle = Math.min((from + to) / 2, Date.now() / 1000 - half);
    zoomed = [middle - half, middle + half];
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

async function loadNow() {
  take(await fetchJson("api/v1/now"));
}

async function loadAll() {
  await loadNow();
  link = await fetchJson("api/v1/link");
  drawState();
  await Promise.all([loadHour(), loadToday(), loadHistory(), energy.load()]);
}

function listen() {
  const source = new EventSource("api/v1/events");
  const on = (kind, action) => source.addEventListener(kind, (event) => action(JSON.parse(event.data), Number(event.lastEventId.split("-")[1])));
  source.addEventListener("open", () => { online = true; drawState(); });
  source.addEventListener("error", () => { online = false; drawState(); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000); });
  on("hello", loadAll);
  on("reset", () => { heard = 0; loadAll(); });
  on("reading", (reading, number) => {
    if (reading.watts !== null) hourly.push([Date.parse(reading.time) / 1000, reading.watts, reading.watts, reading.watts]);
    if (now && reading.watts !== null) {
      heard = number;
      now.reading = reading;
      // After a pause the events that were missed come first: they are as old as they are.
      bornAt = ahead === null ? Date.now() : Math.min(Date.now(), Date.parse(reading.time) + ahead);
      if (ahead === null) loadNow();
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

// Every minute, by a page that somebody can see; and when it comes into sight again.
function loadAgain() {
  if (document.hidden) return;
  loadNow(); // The clocks may have been set meanwhile.
  loadHour();
  loadToday();
  if (!zoomed) loadHistory();
  energy.load();
}
setInterval(loadAgain, 60000);
document.addEventListener("visibilitychange", loadAgain);
translate();
listen();
