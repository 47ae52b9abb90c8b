// The power now on an arc. Its end and its zones come from the contract where that is
// known, and from the highest power seen where it is not.

import { word, duration } from "./words.js";

const VOLTS = 100; // A contract of 40 A allows 4 kW.
const HIGH = 0.8; // Of the contract; the terminal warns from there on, too.
const BEYOND = 1.25; // The arc goes on above the contract by so much.
const STEPS = [1000, 2000, 3000, 4000, 6000, 8000, 10000, 15000, 20000];
const START = 150;
const SWEEP = 240;

function point(share, radius) {
  const angle = ((START + SWEEP * share) * Math.PI) / 180;
  return `${(150 + radius * Math.cos(angle)).toFixed(2)} ${(130 + radius * Math.sin(angle)).toFixed(2)}`;
}

function arc(from, to, radius) {
  const large = SWEEP * (to - from) > 180 ? 1 : 0;
  return `M ${point(from, radius)} A ${radius} ${radius} 0 ${large} 1 ${point(to, radius)}`;
}

export class Gauge {
  constructor(node) {
    this.node = node;
    this.highest = 0;
  }

  show(now, age) {
    const reading = now && now.reading;
    const watts = reading ? reading.watts : null;
    const contract = now && now.contract_ampere ? now.contract_ampere * VOLTS : null;
    this.highest = Math.max(this.highest, Math.abs(watts || 0));
    const end = contract ? contract * BEYOND : STEPS.find((step) => step >= this.highest * 1.1) || Math.ceil(this.highest / 5000) * 5000;
    const share = Math.min(1, Math.abs(watts || 0) / end);
    const stale = watts === null || age === null || age > Math.max(10, 3 * now.interval + 1);
    const zones = contract
      ? `<path class="zone-warn" d="${arc(HIGH / BEYOND, 1 / BEYOND, 118)}"/><path class="zone-bad" d="${arc(1 / BEYOND, 1, 118)}"/>` : "";
    const said = watts === null ? word("no_power") : stale ? word("stale")(duration(age)) : word("age")(duration(age));
    const direction = watts === null ? "" : watts < 0 ? word("exporting") : word("importing");
    this.node.innerHTML =
      `<svg viewBox="0 0 300 215" aria-hidden="true"><path class="track" d="${arc(0, 1, 106)}"/>${zones}` +
      (share > 0 ? `<path class="value" d="${arc(0, share, 106)}"/>` : "") +
      `<text class="watts" x="150" y="135">${watts === null ? "–" : watts.toLocaleString("en")}</text>` +
      `<text class="unit" x="150" y="156">W ${direction}</text><text class="age" x="150" y="178">${said}</text>` +
      `<text class="end" x="52" y="206">0</text><text class="end" x="248" y="206">${end.toLocaleString("en")} W</text></svg>`;
    // What a contract limits is the sum of the phases; where they are not known, a hundred watts are an ampere.
    const amperes = reading && [reading.r_ampere, reading.t_ampere].filter((value) => value !== null);
    const sum = !reading ? 0 : Math.max(0, amperes.length ? amperes.reduce((a, b) => a + b) : watts / VOLTS);
    const left = contract ? now.contract_ampere - sum : null;
    const zone = !contract ? "" : left < 0 ? "over" : left < (1 - HIGH) * now.contract_ampere ? "high" : "";
    this.node.className = [stale ? "stale" : "", watts < 0 ? "exporting" : "", zone].join(" ").trim();
    const attributes = { "aria-valuemin": 0, "aria-valuemax": end, "aria-valuenow": Math.abs(watts || 0),
      "aria-valuetext": watts === null ? said : `${watts} W ${direction}, ${said}` };
    for (const [name, value] of Object.entries(attributes)) this.node.setAttribute(name, value);
    const room = document.getElementById("room");
    if (!contract) room.textContent = word("no_contract");
    else if (watts === null) room.textContent = "";
    else room.textContent = word(left < 0 ? "over" : "room")(Math.abs(left).toFixed(1), now.contract_ampere);
  }
}
