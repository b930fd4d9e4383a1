// The verdict on each event, and the explanation of one.

import { byId, counted, element, say } from './dom.js';

/** Rows of the list; more are counted, not shown. */
const ROWS = 200;

/** Characters of an event that its row shows. */
const ROW_CHARACTERS = 240;

function verdict(matched, name) {
  const [kind, text] = matched === null ? ['none', 'refused'] : matched ? ['yes', '✓ match'] : ['no', '✗ no match'];
  return element('span', { class: `verdict ${kind}` }, name === undefined ? text : `${name} ${text}`);
}

export class Results {
  constructor() {
    this.list = byId('list');
    this.detail = byId('detail');
    this.selected = 0;
    this.differ = byId('differ');
    this.differ.addEventListener('change', () => this.show(this.patterns, this.events));
  }

  /** `patterns` has one or two fields. */
  show(patterns, events) {
    this.patterns = patterns;
    this.events = events;
    const verdicts = patterns.map(({ pattern }) => events.list.map((event) => (pattern === null ? null : pattern.matches(event))));
    const isPair = patterns.length === 2 && verdicts.every((of) => of.every((it) => it !== null));
    byId('differ-label').hidden = patterns.length < 2;
    let rows = events.list.map((_, at) => at);
    if (isPair && this.differ.checked) {
      rows = rows.filter((at) => verdicts[0][at] !== verdicts[1][at]);
    }
    this.summarize(verdicts, rows.length);
    if (!rows.includes(this.selected)) {
      this.selected = rows[0] ?? 0;
    }
    const names = patterns.length === 1 ? [undefined] : ['A', 'B'];
    this.list.replaceChildren(
      ...rows.slice(0, ROWS).map((at) => {
        const marks = verdicts.map((of, pattern) => verdict(of[at], names[pattern]));
        const text = events.list[at].slice(0, ROW_CHARACTERS);
        const open = () => {
          this.select(at);
          this.detail.focus({ preventScroll: false });
        };
        const button = element('button', { type: 'button', 'data-event': String(at), onclick: open }, element('span', { class: 'verdicts' }, ...marks), element('span', { class: 'text' }, text === '' ? '(empty)' : text));
        return element('li', {}, button);
      }),
    );
    if (rows.length > ROWS) {
      this.list.append(element('li', {}, element('p', {}, `${(rows.length - ROWS).toLocaleString('en')} more events are not listed; all are counted.`)));
    }
    this.select(this.selected);
  }

  summarize(verdicts, shown) {
    const { list, isWhole } = this.events;
    if (list.length === 0) {
      return say(byId('summary'), isWhole ? 'No events yet: paste some, or choose an example.' : 'No event was read.');
    }
    const of = `of the ${counted(list.length, 'event', 'events')}${isWhole ? '' : ' that were read'}`;
    const parts = verdicts.map((verdict, at) => {
      const name = verdicts.length === 1 ? 'The pattern' : `Pattern ${'AB'[at]}`;
      if (verdict.includes(null)) {
        return `${name} is refused by AWS: there is no verdict.`;
      }
      return `${name} matches ${verdict.filter(Boolean).length.toLocaleString('en')} ${of}.`;
    });
    if (verdicts.length === 2 && !verdicts.flat().includes(null)) {
      const differ = verdicts[0].filter((it, at) => it !== verdicts[1][at]).length;
      parts.push(`They differ on ${differ.toLocaleString('en')}.`);
    }
    if (this.differ.checked && verdicts.length === 2 && shown === 0) {
      parts.push('No event is listed.');
    }
    say(byId('summary'), parts.join(' '));
  }

  select(at) {
    this.selected = at;
    for (const button of this.list.querySelectorAll('button')) {
      button.setAttribute('aria-current', String(button.dataset.event === String(at)));
    }
    const event = this.events.list[at];
    this.detail.replaceChildren();
    if (event === undefined) {
      return;
    }
    this.patterns.forEach(({ pattern }, index) => {
      const title = this.patterns.length === 1 ? `Event ${at + 1}` : `Event ${at + 1}, pattern ${'AB'[index]}`;
      this.detail.append(element('h3', {}, title));
      if (pattern === null) {
        this.detail.append(element('p', {}, 'AWS refuses the pattern, so there is no verdict.'));
        return;
      }
      this.detail.append(...explained(pattern, event));
    });
    this.detail.append(element('h3', {}, 'The event'), element('pre', { tabindex: '0', 'aria-label': 'Text of the event' }, pretty(event)));
  }
}

function explained(pattern, event) {
  const why = pattern.explain(event);
  const parts = [element('p', {}, verdict(why.matched), why.reason === null ? '' : `: ${why.reason}`)];
  if (why.tree !== null) {
    parts.push(element('ul', { class: 'tree', 'aria-label': 'Explanation' }, clause(why.tree)));
  }
  const values = pattern.extract(event);
  if (values !== null && values.size > 0) {
    const rows = [...values].map(([name, value]) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)));
    parts.push(element('h3', {}, 'Extracted values'), element('table', {}, element('tbody', {}, ...rows)));
  }
  return parts;
}

function clause({ text, holds, found, decides, ignored, parts }) {
  const mark = ignored ? '· ignored' : holds ? '✓' : '✗';
  const item = element(
    'li',
    { class: ignored ? 'ignored' : undefined },
    element('span', { class: `verdict ${ignored ? 'none' : holds ? 'yes' : 'no'}`, 'aria-label': ignored ? 'ignored' : holds ? 'true' : 'false', role: 'img' }, mark),
    ' ',
    element('code', {}, text === '&&' ? 'all of' : text === '||' ? 'any of' : text),
  );
  if (found !== '') {
    item.append(element('small', {}, ` ${found}`));
  }
  if (decides) {
    item.append(' ', element('span', { class: 'decides' }, 'decides'));
  }
  if (parts.length > 0) {
    item.append(element('ul', {}, ...parts.map(clause)));
  }
  return item;
}

/** JSON with line breaks, if that changes no value: `JSON.parse` rounds long numbers and drops repeated keys. */
function pretty(event) {
  try {
    const value = JSON.parse(event);
    return JSON.stringify(value) === event.trim() && value !== null && typeof value === 'object' ? JSON.stringify(value, null, 2) : event;
  } catch {
    return event;
  }
}
