// The style sheet of report.html: light and dark, wide and narrow, screen and paper.

/** All of it; no fonts, no pictures from elsewhere. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --text: #1c1f25; --soft: #5d6470; --line: #e1e4e9;
  --accent: #1f6fb2; --good: #1a7f4b; --bad: #c0312b; --warn-ground: #fff3cd; --warn-text: #664d03; --warn-line: #f0c948;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --card: #1c1f25; --text: #e4e7ec; --soft: #9aa2af; --line: #2e333c;
    --accent: #6fb3ec; --good: #5ccf8f; --bad: #ff7b72; --warn-ground: #3a2f0b; --warn-text: #ffe08a; --warn-line: #8a6d1a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header { margin-bottom: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .35rem; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; margin: 0 0 .9rem; }
p { margin: 0 0 1rem; max-width: 46rem; overflow-wrap: anywhere; }
.facts { color: var(--soft); margin: 0; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; font-size: .93rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.2rem; margin: 0 0 1.25rem; }
.warning {
  background: var(--warn-ground); color: var(--warn-text); border: 1px solid var(--warn-line); border-left-width: .4rem;
  border-radius: .5rem; padding: .8rem 1rem; margin: 0 0 1.25rem; font-weight: 600; overflow-wrap: anywhere;
}
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .9rem; margin: 0 0 1.25rem; }
.numbers div { display: flex; flex-direction: column; justify-content: space-between; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.numbers dt { color: var(--soft); font-size: .88rem; }
.numbers dd { margin: 0; font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3; }
.panels { display: grid; gap: 1rem; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.panel { min-width: 0; height: 25rem; }
.panels.many .panel { height: 17rem; }
.panel.still svg { width: 100%; height: 100%; background: #fff; border-radius: .3rem; }
.panel.marks { height: auto; }
.panels.many .panel.marks { height: auto; }
.panel.marks svg { width: 100%; height: auto; display: block; }
.panel.marks .dark { display: none; }
@media screen and (prefers-color-scheme: dark) { .panel.marks .dark { display: block; } .panel.marks .light { display: none; } }
.panels.one .panel { width: 100%; max-width: 54rem; margin: 0 auto; }
.pictures { display: grid; gap: 1rem .8rem; grid-template-columns: repeat(var(--columns), minmax(0, 12rem)); margin: 0; }
.pictures figure { margin: 0; min-width: 0; display: flex; flex-direction: column; justify-content: flex-end; }
.pictures img { width: 100%; height: auto; image-rendering: pixelated; border-radius: .3rem; display: block; }
.pictures figcaption { text-align: center; white-space: pre-line; font-size: .9rem; line-height: 1.35; margin-bottom: .35rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
th, td { text-align: left; padding: .38rem 1.4rem .38rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td { overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; }
td > code { white-space: nowrap; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9rem; line-height: 1.45; overflow-x: auto; margin: 0 0 1.25rem; }
.good { color: var(--good); font-weight: 600; white-space: nowrap; }
.bad { color: var(--bad); font-weight: 600; white-space: nowrap; }
.source { color: var(--soft); font-size: .87rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 1.25rem; align-items: start; }
details summary { cursor: pointer; font-weight: 600; }
details[open] summary { margin-bottom: .9rem; }
a { color: var(--accent); }
ul.files { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
footer { color: var(--soft); font-size: .87rem; }
@media (max-width: 46rem) {
  main { padding: 1.2rem .8rem 2rem; }
  h1 { font-size: 1.35rem; }
  .card { padding: .9rem .8rem; }
  .numbers { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .6rem; }
  .numbers dd { font-size: 1.3rem; }
  .panels { grid-template-columns: minmax(0, 1fr); }
  .panel { height: 19rem; }
  .panel.marks { overflow-x: auto; }
  .panel.marks svg { min-width: 34rem; }
  .pictures { grid-template-columns: repeat(min(var(--columns), 3), minmax(0, 12rem)); }
}
@media print {
  .card, .numbers div { break-inside: avoid; }
}
`;
