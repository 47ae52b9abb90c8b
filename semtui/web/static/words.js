// Every word of the page, in English and Japanese.

const WORDS = {
  en: {
    now: "Power now", last_hour: "Last hour", today: "Today", history: "History",
    energy: "Energy by half hour", phase_r: "R phase", phase_t: "T phase",
    import_register: "Import", export_register: "Export",
    importing: "importing", exporting: "exporting", no_power: "no reading yet",
    age: (s) => `${s} ago`, stale: (s) => `no data for ${s}`,
    room: (n, a) => `${n} A of room below the contract's ${a} A`,
    over: (n, a) => `${n} A above the contract's ${a} A`,
    no_contract: "Set display.contract_ampere, and the gauge shows the contract's limit.",
    no_data: "No data in this range.", no_store: "No history is kept.",
    no_charts: "The charts need uPlot: run make web once, or install a released semtui.",
    zoom_hint: "Drag or pinch to zoom; a double click shows the whole range again. A gap is a time without data.",
    navigator: "The whole history; drag to choose a part of it",
    as_table: "As a table", csv: "Download this range as CSV", time: "Time", source: "Source", mean: "mean", low: "lowest", high: "highest",
    total: (i, e, k, t) => `import ${i} kWh` + (e === null ? "" : `, export ${e} kWh`) +
      (k < t ? ` (${k} of ${t} half hours known)` : ""),
    total_none: "nothing known of this day",
    offline: "semtui does not answer; trying again", language: "日本語",
    units: [" s", " min", " h"],
    foot: "Values by the meter; half hours by its own clock (JST).",
    earlier: "the day before", later: "the day after",
    ranges: { "3600": "1 h", "21600": "6 h", "43200": "12 h", "86400": "day", "604800": "week", "2592000": "month", "0": "all" },
    sources: { announced: "announced", asked: "asked", backfilled: "meter's memory", derived: "derived" },
    states: {
      closed: "the port is closed", probing: "asking the module", configuring: "setting up the module",
      scanning: "searching for the meter", resolving: "setting the channel", joining: "joining the meter",
      ready: "reading the meter", reauthenticating: "renewing the session", backoff: "waiting to try again",
      terminating: "ending the session", failed: "stopped: a person must help",
    },
  },
  ja: {
    now: "現在の電力", last_hour: "直近1時間", today: "今日", history: "履歴",
    energy: "30分ごとの電力量", phase_r: "R相", phase_t: "T相",
    import_register: "買電", export_register: "売電",
    importing: "買電中", exporting: "売電中", no_power: "まだ計測値がありません",
    age: (s) => `${s}前`, stale: (s) => `${s}間データがありません`,
    room: (n, a) => `契約 ${a} A まであと ${n} A`,
    over: (n, a) => `契約 ${a} A を ${n} A 超えています`,
    no_contract: "display.contract_ampere を設定すると契約の上限が表示されます。",
    no_data: "この範囲にデータはありません。", no_store: "履歴は保存されていません。",
    no_charts: "グラフには uPlot が必要です。make web を一度実行してください。",
    zoom_hint: "ドラッグまたはピンチで拡大、ダブルクリックで全体に戻ります。切れ目はデータのない時間です。",
    navigator: "全期間。ドラッグで範囲を選びます",
    as_table: "表で見る", csv: "この範囲をCSVでダウンロード", time: "時刻", source: "取得元", mean: "平均", low: "最小", high: "最大",
    total: (i, e, k, t) => `買電 ${i} kWh` + (e === null ? "" : `、売電 ${e} kWh`) +
      (k < t ? `（${t} コマ中 ${k} コマ）` : ""),
    total_none: "この日のデータはありません",
    offline: "semtui が応答しません。再接続しています", language: "English",
    units: ["秒", "分", "時間"],
    foot: "値はメーターによるもの。30分値はメーターの時計（日本時間）です。",
    earlier: "前の日", later: "次の日",
    ranges: { "3600": "1時間", "21600": "6時間", "43200": "12時間", "86400": "日", "604800": "週", "2592000": "月", "0": "全期間" },
    sources: { announced: "通知", asked: "要求", backfilled: "メーターの履歴", derived: "計算" },
    states: {
      closed: "ポートは閉じています", probing: "モジュールを確認中", configuring: "モジュールを設定中",
      scanning: "メーターを探しています", resolving: "チャネルを設定中", joining: "メーターに接続中",
      ready: "メーターを計測中", reauthenticating: "セッションを更新中", backoff: "再試行を待っています",
      terminating: "セッションを終了中", failed: "停止しました。確認が必要です",
    },
  },
};

// A browser that keeps nothing refuses even the question.
function kept() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

let language = kept() ||
  (navigator.language.startsWith("ja") ? "ja" : "en");

export const word = (name) => WORDS[language][name];
export const locale = () => (language === "ja" ? "ja-JP" : "en-GB");

export function otherLanguage() {
  language = language === "ja" ? "en" : "ja";
  try {
    localStorage.setItem("language", language);
  } catch { /* It is asked again the next time. */ }
}

export function speak() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  document.getElementById("language").textContent = word("language");
  document.getElementById("foot").textContent = word("foot");
  document.getElementById("earlier").setAttribute("aria-label", word("earlier"));
  document.getElementById("later").setAttribute("aria-label", word("later"));
}

export function duration(seconds) {
  const s = Math.round(seconds);
  const [second, minute, hour] = word("units");
  if (s < 60) return `${s}${second}`;
  if (s < 3600) return `${Math.floor(s / 60)}${minute}`;
  return `${Math.floor(s / 3600)}${hour} ${Math.floor((s % 3600) / 60)}${minute}`;
}

// A register keeps its digits: 20464.0 stays so.
export function kwh(value) {
  if (value === null || value === undefined) return "–";
  return `${value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 4, useGrouping: false })} kWh`;
}
