"""The style of a survey's page; everything stands below one class, so that a notebook keeps its own look."""

from __future__ import annotations

STYLE = """
.slopewise-survey {
  --paper: #ffffff; --card: #fafaf8; --ink: #1d2329; --soft: #59626b; --line: #dfe2e5;
  --bar: #0072b2; --track: #e9edf0; --link: #00588a; --good: #0b6b4f; --warn: #8a5a00; --bad: #a83a00;
  color-scheme: light dark; color: var(--ink); background: var(--paper);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  padding: clamp(16px, 3vw, 40px); overflow-wrap: anywhere;
}
@media (prefers-color-scheme: dark) {
  .slopewise-survey {
    --paper: #14181c; --card: #1b2025; --ink: #e6e9ec; --soft: #a3adb6; --line: #323a42;
    --bar: #56b4e9; --track: #2a3138; --link: #7cc4f0; --good: #5fcfa8; --warn: #e6b04a; --bad: #ff9a6b;
  }
}
.slopewise-survey header, .slopewise-survey main { max-width: 1320px; margin: 0 auto; }
.slopewise-survey h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 4px; }
.slopewise-survey h2 { font-size: 1.05rem; margin: 0 0 10px; }
.slopewise-survey h3 { font-size: 1.02rem; line-height: 1.25; margin: 0; }
.slopewise-survey header p { margin: 0 0 20px; color: var(--soft); }
.slopewise-survey a { color: var(--link); text-underline-offset: 2px; text-decoration-thickness: 1px; }
.slopewise-survey small { color: var(--soft); font-size: .86em; }
.slopewise-survey code { font: .93em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.slopewise-survey .overview { margin: 0 0 24px; }
.slopewise-survey .overview dl {
  display: grid; grid-template-columns: minmax(150px, 250px) 1fr; gap: 7px 20px; margin: 0 0 14px;
  padding: 14px 0; border: solid var(--line); border-width: 1px 0;
}
.slopewise-survey .overview dt { color: var(--soft); }
.slopewise-survey .overview dd { margin: 0; }
.slopewise-survey .overview small { white-space: nowrap; }
.slopewise-survey .overview ul { margin: 0 0 12px; padding-left: 1.2em; }
.slopewise-survey .overview p { margin: 0; }
.slopewise-survey .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 14px; }
.slopewise-survey article {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 13px 15px; min-width: 0;
  break-inside: avoid; scroll-margin-top: 12px;
}
.slopewise-survey article:target { outline: 2px solid var(--bar); outline-offset: 1px; }
.slopewise-survey .use { margin: 4px 0 10px; font-size: .92rem; }
.slopewise-survey .role {
  border: 1px solid currentColor; border-radius: 4px; padding: 0 5px; margin-right: 3px; font-size: .82rem;
  color: var(--good); white-space: nowrap;
}
.slopewise-survey .id .role, .slopewise-survey .constant .role, .slopewise-survey .empty .role { color: var(--warn); }
.slopewise-survey .refused .role { color: var(--bad); }
.slopewise-survey .target .role { color: var(--card); background: var(--ink); border-color: var(--ink); }
.slopewise-survey figure { margin: 0 0 10px; }
.slopewise-survey svg { display: block; width: 100%; height: 68px; }
.slopewise-survey svg rect { fill: var(--bar); }
.slopewise-survey svg path { stroke: var(--soft); stroke-width: 1; vector-effect: non-scaling-stroke; }
.slopewise-survey figcaption {
  display: flex; justify-content: space-between; gap: 12px; font-size: .84rem; color: var(--soft); margin-top: 2px;
}
.slopewise-survey ol { list-style: none; margin: 0 0 10px; padding: 0; font-size: .88rem; }
.slopewise-survey ol li {
  display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr) 3.7em; gap: 8px; align-items: center;
  margin: 0; padding: 0; line-height: 1.5;
}
.slopewise-survey ol .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.slopewise-survey ol .bar { background: var(--track); border-radius: 2px; height: 9px; }
.slopewise-survey ol .bar i {
  display: block; height: 100%; min-width: 1px; background: var(--bar); border-radius: 2px;
}
.slopewise-survey ol .others .bar i { background: var(--soft); }
.slopewise-survey ol .share { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
.slopewise-survey article dl { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0; font-size: .88rem; }
.slopewise-survey article dl div { min-width: 0; }
.slopewise-survey article dt { color: var(--soft); font-size: .82rem; line-height: 1.2; }
.slopewise-survey article dd { margin: 0; font-variant-numeric: tabular-nums; }
.slopewise-survey article ul {
  margin: 10px 0 0; padding: 8px 0 0 1.1em; border-top: 1px solid var(--line); font-size: .88rem;
}
@media (max-width: 560px) {
  .slopewise-survey .overview dl { grid-template-columns: 1fr; gap: 2px; }
  .slopewise-survey .overview dd { margin-bottom: 8px; }
}
@media print {
  .slopewise-survey {
    --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --bar: #0072b2; --track: #eee;
    --link: #000; --good: #000; --warn: #000; --bad: #000; font-size: 11px; padding: 0;
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }
  .slopewise-survey .cards { grid-template-columns: repeat(3, 1fr); gap: 8px; }
}
"""
