/**
 * Blue comes, orange goes, grey stays: a pair that people with any kind of colour blindness can tell apart, and each has a
 * texture and a sign of its own besides. Light and dark by what the reader's system says.
 */
const colours = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #566373; --line: #d9dfe6;
  --come: #0b66b3; --come-ground: #cfe4f6; --go: #b4430a; --go-ground: #fbdcc9; --stay: #8b98a7; --stay-ground: #c9d1da;
  --refused: #a3151f; --refused-ground: #fdeaea; --warn: #7d5200; --warn-ground: #fff4dc;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #182029; --ink: #e8edf2; --soft: #9fadbb; --line: #2c3743;
    --come: #6fb7f2; --come-ground: #173d5e; --go: #ff9a62; --go-ground: #59290f; --stay: #8494a8; --stay-ground: #46566a;
    --refused: #ff8d90; --refused-ground: #3c1518; --warn: #f3c66a; --warn-ground: #37290d;
  }
}`;

/** What the picture needs, on the page and in a file of its own. */
export const pictureStyle = `
svg text { font: 600 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg .heads { font-weight: 400; font-size: 12px; fill: var(--soft); }
svg tspan.joining { fill: var(--come); font-weight: 700; } svg tspan.leaving { fill: var(--go); font-weight: 700; }
svg text.title { font-weight: 400; font-size: 12px; fill: var(--soft); }
svg text.folded { font-weight: 400; font-style: italic; fill: var(--soft); }
svg .bar { fill: var(--ink); } svg .bar.folded { fill: var(--stay); }
svg .band.staying { fill: var(--stay-ground); }
svg .edge { fill: none; } svg .edge.joining { stroke: var(--come); stroke-width: 1; }
svg .edge.leaving { stroke: var(--go); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .ground.joining { fill: var(--come-ground); } svg .mark.joining { fill: var(--come); }
svg .ground.leaving { fill: var(--go-ground); } svg .mark.leaving { fill: var(--go); }`;

export const pictureFileStyle = `${colours}${pictureStyle}`;

const layout = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2rem); line-height: 1.25; margin: .25rem 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .5rem 0; }
a { color: var(--come); }
code { font: .85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
summary { cursor: pointer; color: var(--soft); padding: .35rem 0; }
summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--come); outline-offset: 2px; border-radius: 4px; }
.brand { color: var(--soft); font-size: .9rem; }
.card, .banner { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; }
.stamp { display: inline-block; background: var(--refused); color: var(--card); border-radius: 6px; padding: 0 .5em; margin-right: .2em; }
.come { color: var(--come); } .go { color: var(--go); } .soft { color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.facts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0 0; list-style: none; }
.facts li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .4rem .8rem; font-size: .9rem; color: var(--soft); flex: 1 1 6.5rem; }
.facts b { display: block; font-size: 1.25rem; line-height: 1.3; color: var(--ink); font-variant-numeric: tabular-nums; }
.facts b.come { color: var(--come); } .facts b.go { color: var(--go); }

.banner { border-width: 2px; margin: 1.25rem 0; }
.banner h2 { margin: 0 0 .25rem; font-size: 1.25rem; }
.banner ul { padding: 0; margin: .75rem 0 0; list-style: none; display: grid; gap: .75rem; }
.done { border-color: var(--come); }
.done h2 { color: var(--come); }
.refused { background: var(--refused-ground); border-color: var(--refused); }
.refused h2 { color: var(--refused); }
.apart { background: var(--warn-ground); border-color: var(--warn); }
.apart h2 { color: var(--warn); }
.way { margin: .15rem 0 0; padding-left: 1.3em; text-indent: -1.3em; }
.way::before { content: '→'; display: inline-block; width: 1.3em; text-indent: 0; }

figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { max-width: 27rem; margin: 0 auto; }
.wide { display: none; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .75rem; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; padding: 0; margin: 0 0 .75rem; list-style: none; font-size: .9rem; }
.legend i { display: inline-block; width: 1.75rem; height: .85rem; margin-right: .4rem; vertical-align: -.05rem; border-radius: 3px; }
@media (min-width: 60rem) { .wide { display: block; } .narrow { display: none; } }

.staying { background: var(--stay-ground); }
.joining { background: repeating-linear-gradient(135deg, var(--come) 0 3px, var(--come-ground) 3px 7px); border: 1px solid var(--come); }
.leaving { background: radial-gradient(var(--go) 1.4px, var(--go-ground) 1.9px) 0 0 / 6px 6px; border: 1.5px dashed var(--go); }

.queues { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: .75rem; align-items: start; }
.queue header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .1rem .75rem; align-items: baseline; }
.queue.short { border-color: var(--go); border-left-width: 4px; }
.heads { font-variant-numeric: tabular-nums; white-space: nowrap; }
.heads b { font-size: 1.15rem; }
.gauge { display: flex; gap: 2px; height: .9rem; margin: .5rem 0 .35rem; }
.gauge span { border-radius: 3px; min-width: 5px; forced-color-adjust: none; }
.gauge .empty { background: none; border: 1px dashed var(--line); flex: 1; }
.queue dl { margin: .25rem 0; } .queue dt { color: var(--soft); font-size: .88rem; margin-top: .5rem; }
.queue dd { margin: .1rem 0 0; }
.queue p { margin: .35rem 0 0; font-size: .92rem; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400; overflow-wrap: normal; }
thead th { border-top: 0; color: var(--soft); font-size: .85rem; }
td.number, th.number { width: 1%; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th code { overflow-wrap: anywhere; }

.notes { padding: 0; margin: 0; list-style: none; display: grid; gap: .6rem; }
.notes li { display: grid; grid-template-columns: 1.6rem 1fr; }
.notes .sign { font-weight: 700; } .warning > .sign { color: var(--warn); }
.notes p { margin: 0; }
.notes + .notes, details + .notes { margin-top: .6rem; }
.end { margin-top: 2.5rem; font-size: .88rem; color: var(--soft); display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; }
.end dd { margin: 0; }

@media print {
  :root { --page: #fff; --line: #bbb; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .wide { display: block; } .narrow { display: none; }
  .card, .banner, tr, li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}`;

export const pageStyle = `${colours}${layout}${pictureStyle}`;
