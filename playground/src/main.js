// The page: fields, events, verdicts, and the link that carries them.

import { start } from '../../js/src/manual.js';
import { showComparison } from './comparison.js';
import { byId, element, later } from './dom.js';
import { Events } from './events.js';
import { GROUPS } from './examples.js';
import { PatternField } from './pattern-field.js';
import { Results } from './results.js';
import { read, write } from './state.js';

/** Milliseconds without a change after which the proofs and the link follow. */
const PAUSE = 300;

/** The module is in the page, compressed: `MODULE` is put in by build.mjs. */
async function module() {
  const bytes = Uint8Array.from(atob(MODULE), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

function page() {
  let isReady = false;
  let fragment;
  const changed = () => isReady && update();
  const a = new PatternField(byId('field-a'), { id: 'pattern-a', label: 'Filter pattern', changed });
  const b = new PatternField(byId('field-b'), { id: 'pattern-b', label: 'Pattern B', changed });
  const labelOfA = byId('field-a').querySelector('label');
  const events = new Events(changed);
  const results = new Results();
  const domain = byId('domain');
  const toggle = byId('compare');
  const second = byId('second');
  const status = byId('share-status');

  const isPair = () => !second.hidden;
  function pair(is) {
    second.hidden = !is;
    toggle.setAttribute('aria-expanded', String(is));
    toggle.textContent = is ? 'Do not compare' : 'Compare with another pattern';
    labelOfA.textContent = is ? 'Pattern A' : 'Filter pattern';
    b.fit();
  }

  function link() {
    const state = { a: a.text, events: events.text, mode: events.mode.value === 'lines' ? 'lines' : undefined };
    if (isPair()) {
      Object.assign(state, { b: b.text, domain: domain.value === 'cloudtrail' ? 'cloudtrail' : undefined });
    }
    const written = write(state);
    const left = events.file === null ? written.left : 'the file';
    if (written.fragment !== location.hash) {
      fragment = written.fragment;
      history.replaceState(null, '', fragment);
    }
    return left;
  }

  const afterwards = later(() => {
    if (isPair()) {
      showComparison(a, b, domain.value, (event) => events.add(event));
    }
    link();
  }, PAUSE);

  function update() {
    status.textContent = '';
    results.show(isPair() ? [a, b] : [a], events);
    afterwards();
  }

  function load({ a: first = '', b: other, events: text = '', mode = 'auto', domain: of = 'json' }) {
    isReady = false;
    domain.value = of === 'cloudtrail' ? 'cloudtrail' : 'json';
    pair(other !== undefined);
    a.set(first);
    b.set(other ?? '');
    events.set(text, mode);
    results.selected = 0;
    isReady = true;
    update();
  }

  for (const { name, examples } of GROUPS) {
    byId('example').append(element('optgroup', { label: name }, ...examples.map((example) => element('option', {}, example.name))));
  }
  const examples = GROUPS.flatMap((group) => group.examples);
  byId('example').addEventListener('change', ({ target }) => {
    const example = examples[target.selectedIndex - 1];
    if (example) {
      load(example);
    }
  });
  toggle.addEventListener('click', () => {
    const is = second.hidden;
    pair(is);
    if (is && b.text === '') {
      b.set(a.text);
    }
    update();
  });
  domain.addEventListener('change', update);
  byId('share').addEventListener('click', async () => {
    const left = link();
    const without = left === undefined ? '' : `, without ${left}`;
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = `Link copied${without}.`;
    } catch {
      status.textContent = `The link is in the address bar${without}.`;
    }
  });
  addEventListener('hashchange', () => {
    if (location.hash !== fragment) {
      load(read(location.hash));
    }
  });
  load(read(location.hash));
  if (location.hash.length < 2) {
    a.input.focus();
  }
  document.documentElement.dataset.ready = 'true';
}

module().then(start).then(page, (error) => {
  byId('summary').textContent = `The page cannot start: ${error.message}`;
});
