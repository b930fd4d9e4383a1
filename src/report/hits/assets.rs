//! The style and the script of the page, and the policy that allows these two and nothing else.

/// The style of the page.
pub(in crate::report) const STYLE: &str = r#"
:root { color-scheme: light dark; --ink: #1c2430; --soft: #556070; --line: #d5dbe3; --ground: #ffffff; --panel: #f5f7fa;
  --bar: #3b6fb5; --warn: #b3261e; --critical: #8c1d18; --high: #b3261e; --medium: #8a5a00; --low: #2f6f3e; --informational: #556070; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3afbf; --line: #3a4453; --ground: #12161c; --panel: #1b212a;
  --bar: #7aa7e8; --warn: #ff8a80; --critical: #ff6b60; --high: #ff8a80; --medium: #f2b866; --low: #8fd19e; --informational: #a3afbf; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: .95rem; margin: .75rem 0 .25rem; }
p { margin: .25rem 0; color: var(--soft); } p b { color: var(--ink); white-space: nowrap; } .warn { color: var(--warn); font-weight: 600; }
small { color: var(--soft); }
figure { margin: 1.25rem 0 0; } svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
.bar { fill: var(--bar); } .axis { stroke: var(--line); }
.wide { overflow: auto; max-height: 20rem; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
thead { position: sticky; top: 0; background: var(--panel); }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
td:first-child { overflow-wrap: anywhere; min-width: 12rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.time { font-variant-numeric: tabular-nums; white-space: nowrap; } td.time { width: 1%; }
th button, .pick { all: unset; cursor: pointer; } .pick:hover { text-decoration: underline; }
button:focus-visible, summary:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
th[aria-sort=descending] button::after { content: ' \25BC'; } th[aria-sort=ascending] button::after { content: ' \25B2'; }
.badge { display: inline-block; font-size: .75rem; line-height: 1.3; padding: 0 .4rem; border: 1px solid currentColor; border-radius: 1rem; }
.critical { color: var(--critical); font-weight: 700; } .high { color: var(--high); } .medium { color: var(--medium); }
.low { color: var(--low); } .informational { color: var(--informational); }
.controls { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
  padding: .6rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
.controls[hidden] { display: none; }
.controls input { width: min(22rem, 60vw); } .controls input, .controls select, .controls .all { font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: .4rem; padding: .25rem .5rem; }
output { color: var(--soft); }
details { border-bottom: 1px solid var(--line); } .inputs { border: 0; color: var(--soft); }
summary { cursor: pointer; padding: .4rem 0; }
.hit > summary { display: grid; grid-template-columns: 1rem 12.5rem minmax(8rem, 1fr) minmax(10rem, 1.3fr) minmax(12rem, 2fr) 9rem; gap: 0 .75rem;
  list-style: none; overflow-wrap: anywhere; } .hit > summary::-webkit-details-marker { display: none; }
.hit > summary::before { content: '\25B8'; color: var(--soft); } .hit[open] > summary::before { content: '\25BE'; }
.hit > summary:hover { background: var(--panel); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; padding: .75rem 1rem; background: var(--panel);
  border-radius: .5rem; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: .25rem 0 .75rem; padding: .75rem 1rem; background: var(--panel); border-radius: .5rem; font: .8rem/1.45 ui-monospace, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; } ul { margin: .25rem 0; padding-left: 1.25rem; }
@media (max-width: 60rem) { .hit > summary { grid-template-columns: 1rem 1fr; } .hit > summary > * { grid-column: 2; }
  .hit > summary::before { grid-row: 1; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; }
  td:first-child { min-width: 8.5rem; } .controls { position: static; } table .time { white-space: normal; } th, td { padding: .3rem .4rem; }
  svg text { font-size: 24px; } .second { display: none; } }
@media print { :root { --ink: #000; --soft: #444; --line: #999; --ground: #fff; --panel: #fff; --bar: #666; --warn: #000; --critical: #000;
  --high: #000; --medium: #000; --low: #000; --informational: #000; } body { padding: 0; font-size: 11px; max-width: none; }
  .controls { display: none; } .wide { max-height: none; overflow: visible; } pre, dl { border: 1px solid var(--line); } .hit { break-inside: avoid-page; } }
"#;

/// Filters and sorts. The page is complete without it.
pub(super) const SCRIPT: &str = r#"
const list = document.querySelector('#hits'), all = [...list.children], controls = document.querySelector('.controls');
const search = controls.querySelector('input'), order = controls.querySelector('select'), told = controls.querySelector('output');
const texts = new Map(all.map(hit => [hit, hit.textContent.toLowerCase()]));
const rank = hit => Number(hit.dataset.severity), time = hit => hit.dataset.time === '' ? Infinity : Number(hit.dataset.time);
const orders = { time: (a, b) => time(a) - time(b) || 0, newest: (a, b) => time(b) - time(a) || 0, severity: (a, b) => rank(b) - rank(a),
  rule: (a, b) => a.dataset.rule.localeCompare(b.dataset.rule), who: (a, b) => a.dataset.who.localeCompare(b.dataset.who) };
const filter = () => {
  const wanted = search.value.trim().toLowerCase();
  let shown = 0;
  for (const hit of all) { hit.hidden = !texts.get(hit).includes(wanted); shown += !hit.hidden; }
  told.textContent = shown + ' of ' + all.length + ' shown';
  document.querySelector('.none').hidden = shown > 0 || all.length === 0;
};
search.addEventListener('input', filter);
order.addEventListener('change', () => list.append(...[...all].sort(orders[order.value])));
controls.querySelector('.all').addEventListener('click', event => {
  const open = event.target.textContent === 'Open all';
  for (const hit of all) if (!hit.hidden) hit.open = open;
  event.target.textContent = open ? 'Close all' : 'Open all';
});
for (const pick of document.querySelectorAll('.pick')) pick.addEventListener('click', () => {
  search.value = pick.textContent; filter(); controls.scrollIntoView();
});
for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => {
  const th = button.parentElement, row = th.parentElement, at = [...row.children].indexOf(th), body = th.closest('table').tBodies[0];
  const down = th.getAttribute('aria-sort') !== 'descending', number = th.classList.contains('number');
  for (const other of row.children) other.removeAttribute('aria-sort');
  th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const value = line => line.cells[at].textContent;
  const compare = (a, b) => number ? value(a) - value(b) : value(a).localeCompare(value(b));
  body.append(...[...body.rows].sort((a, b) => compare(a, b) * (down ? -1 : 1)));
});
let opened = [];
addEventListener('beforeprint', () => { opened = all.filter(hit => !hit.hidden && !hit.open); for (const hit of opened) hit.open = true; });
addEventListener('afterprint', () => { for (const hit of opened) hit.open = false; });
controls.hidden = false;
filter();
"#;

/// The style as a source of the policy.
pub(in crate::report) const STYLE_SOURCE: &str = "sha256-DXu8bJezH58CcXPJi1FcA03NElOlQkSTchBAhrFV4aI=";

/// The content security policy: no request leaves the page, and no other style or script runs. The hashes are SHA-256 of the two texts;
/// a test checks them.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'sha256-DXu8bJezH58CcXPJi1FcA03NElOlQkSTchBAhrFV4aI='; \
    script-src 'sha256-cJwQ+ragpU0s4cruhZfAg5JH3wlP4vvDvunKpuqu2LM='; base-uri 'none'; form-action 'none'";

#[cfg(test)]
mod tests {
    use super::{POLICY, SCRIPT, STYLE, STYLE_SOURCE};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_policy_allows_the_style_and_the_script() {
        for text in [STYLE, SCRIPT] {
            let hash = STANDARD.encode(Sha256::digest(text));
            assert!(POLICY.contains(&format!("'sha256-{hash}'")), "the hash is now {hash}");
        }
        assert!(POLICY.contains(STYLE_SOURCE));
    }
}
