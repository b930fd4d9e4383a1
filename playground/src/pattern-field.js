// A field for a pattern: mistakes are underlined in it, listed below it, and fixed with a click.

import { FilterPattern, PatternError, lint } from '../../js/src/manual.js';
import { element, say } from './dom.js';

const KINDS = {
  everything: 'An empty pattern: it matches every event.',
  terms: 'A pattern of terms.',
  regex: 'A regular expression.',
  json: 'A pattern for JSON.',
  space: 'A pattern for columns.',
};

export class PatternField {
  /** `changed` is called after each change. */
  constructor(container, { id, label, changed }) {
    this.changed = changed;
    this.pattern = null;
    this.under = element('div', { class: 'under', 'aria-hidden': 'true' });
    this.input = element('textarea', {
      id,
      rows: '2',
      spellcheck: 'false',
      autocapitalize: 'off',
      autocomplete: 'off',
      'aria-describedby': `${id}-state`,
      oninput: () => this.update(),
      onscroll: () => (this.under.scrollTop = this.input.scrollTop),
    });
    this.state = element('p', { class: 'state', id: `${id}-state`, role: 'status' });
    this.aws = element('p', { class: 'aws' });
    this.findings = element('ul', { class: 'findings', 'aria-label': `Findings about: ${label}` });
    container.append(
      element('label', { for: id }, label),
      element('div', { class: 'editor' }, this.under, this.input),
      this.state,
      this.aws,
      this.findings,
    );
    addEventListener('resize', () => this.fit());
  }

  get text() {
    return this.input.value;
  }

  set(text) {
    this.input.value = text;
    this.update();
  }

  update() {
    const { text } = this;
    this.pattern?.free();
    this.pattern = null;
    let refusal;
    try {
      this.pattern = new FilterPattern(text);
    } catch (error) {
      if (!(error instanceof PatternError)) {
        throw error;
      }
      refusal = error;
    }
    const found = lint(text);
    this.input.setAttribute('aria-invalid', String(refusal !== undefined));
    this.state.className = `state ${refusal ? 'no' : 'yes'}`;
    const count = found.filter((finding) => finding.severity !== 'note').length;
    const warnings = count === 0 ? '' : count === 1 ? ' One warning.' : ` ${count} warnings.`;
    say(this.state, refusal ? `AWS refuses it: ${refusal.reason}` : `AWS accepts it. ${KINDS[this.pattern.kind] ?? ''}${warnings}`);
    say(this.aws, refusal ? `AWS says: ${refusal.awsMessage}` : '');
    this.findings.replaceChildren(...found.map((finding) => this.finding(finding)));
    this.underline(found);
    this.fit();
    this.changed();
  }

  finding(finding) {
    const { start, end } = finding.span;
    const place = element(
      'button',
      { type: 'button', class: 'place', onclick: () => this.select(start, end), title: 'Show the place in the pattern' },
      `${finding.severity}[${finding.lint}]: ${finding.message}`,
    );
    const item = element('li', { class: finding.severity }, place);
    if (finding.help) {
      item.append(element('p', {}, finding.help));
    }
    if (finding.fix) {
      const { applicability, pattern } = finding.fix;
      const what = applicability === 'safe' ? 'Apply the fix, which matches the same events' : 'Apply the suggested fix';
      const apply = () => {
        this.set(pattern);
        this.input.focus();
      };
      item.append(element('p', {}, element('code', {}, pattern)), element('button', { type: 'button', onclick: apply }, what));
    }
    return item;
  }

  select(start, end) {
    this.input.focus();
    this.input.setSelectionRange(start, Math.max(end, start));
  }

  /** Draws the underlines of the worst finding at each character. */
  underline(found) {
    const { text } = this;
    const worst = ['note', 'warning', 'error'];
    const marks = new Array(text.length + 1).fill(-1);
    for (const { severity, span } of found) {
      // a place without characters, such as the end, is the character there
      for (let at = span.start; at < Math.max(span.end, span.start + 1); at += 1) {
        if (at < marks.length) {
          marks[at] = Math.max(marks[at], worst.indexOf(severity));
        }
      }
    }
    const parts = [];
    const shown = `${text}\u00a0`;
    for (let start = 0; start < shown.length; ) {
      let end = start + 1;
      while (end < shown.length && marks[end] === marks[start]) {
        end += 1;
      }
      const part = shown.slice(start, end);
      parts.push(marks[start] < 0 ? part : element('mark', { class: worst[marks[start]] }, part));
      start = end;
    }
    this.under.replaceChildren(...parts);
  }

  /** As high as its text. */
  fit() {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
