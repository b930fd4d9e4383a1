// The log events: pasted, or read from a file that was dropped or opened.

import { readEvents } from '../../js/src/manual.js';
import { byId, counted, element } from './dom.js';

/** More events of one input are not shown; the page says so. */
const EVENTS = 5000;

/** A larger file is for the program `cwfilter scan`. */
const FILE_BYTES = 64 << 20;

export class Events {
  /** `changed` is called after each change. */
  constructor(changed) {
    this.changed = changed;
    this.list = [];
    this.file = null;
    this.input = byId('events');
    this.mode = byId('mode');
    this.input.addEventListener('input', () => {
      this.file = null;
      this.update();
    });
    this.mode.addEventListener('change', () => this.update());
    byId('file').addEventListener('change', async ({ target }) => {
      await this.open(target.files[0]);
      target.value = '';
    });
    const drop = byId('drop');
    const over = (event) => {
      event.preventDefault();
      drop.classList.toggle('over', event.type === 'dragover');
    };
    for (const type of ['dragover', 'dragleave', 'drop']) {
      drop.addEventListener(type, over);
    }
    drop.addEventListener('drop', (event) => {
      const [file] = event.dataTransfer.files;
      if (file) {
        this.open(file);
      } else {
        this.set(event.dataTransfer.getData('text/plain'));
      }
    });
    // a file that misses the field must not replace the page
    for (const type of ['dragover', 'drop']) {
      addEventListener(type, (event) => event.preventDefault());
    }
  }

  get text() {
    return this.file === null ? this.input.value : '';
  }

  set(text, mode = this.mode.value) {
    this.file = null;
    this.mode.value = mode === 'lines' ? 'lines' : 'auto';
    this.input.value = text;
    this.update();
  }

  add(message) {
    const text = this.text.trimEnd();
    this.set(text === '' ? message : `${text}\n${message}`);
  }

  async open(file) {
    if (!file) {
      return;
    }
    if (file.size > FILE_BYTES) {
      this.file = { name: file.name, bytes: new Uint8Array(0), problem: `${file.name} is larger than 64 MiB and was not read: use \`cwfilter scan\`` };
    } else {
      this.file = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }
    this.input.value = '';
    this.mode.value = 'auto';
    this.update();
  }

  /** Reads the input again. */
  update() {
    const problems = [];
    let notes = [];
    this.more = false;
    if (this.file?.problem) {
      this.list = [];
      problems.push(this.file.problem);
    } else if (this.mode.value === 'lines' && this.file === null) {
      const lines = this.input.value.split('\n').map((line) => line.replace(/\r$/, '')).filter((line) => line !== '');
      this.list = lines.slice(0, EVENTS);
      this.more = lines.length > EVENTS;
    } else {
      const data = this.file === null ? this.input.value : this.file.bytes;
      const read = data.length === 0 && this.file === null ? { events: [], errors: [], doubts: [], skipped: [], more: false } : readEvents(data, { limit: EVENTS });
      this.list = read.events.map((event) => event.message);
      this.more = read.more;
      problems.push(...read.errors);
      notes = [...read.skipped, ...read.doubts];
    }
    if (this.more) {
      problems.push(`Only the first ${EVENTS.toLocaleString('en')} events are read here: use \`cwfilter scan\` for the whole.`);
    }
    if (problems.length > 0 && this.file === null && this.mode.value === 'auto') {
      problems.push('If these are lines of different kinds, read them as one event on each line.');
    }
    const source = byId('source');
    source.replaceChildren();
    if (this.file !== null) {
      const close = element('button', { type: 'button', onclick: () => this.set('') }, `Close ${this.file.name}`);
      source.append(close);
    }
    const status = byId('events-status');
    const isEmpty = this.file === null && this.input.value === '';
    const read = `${counted(this.list.length, 'event', 'events')}${this.file ? ` in ${this.file.name}` : ''} read.`;
    const lines = isEmpty ? [] : [read, ...notes];
    const shown = [...lines, ...problems].join('\n');
    if (status.dataset.shown !== shown) {
      status.dataset.shown = shown;
      const line = (kind) => (text) => element('p', { class: kind }, text);
      status.replaceChildren(...lines.map(line('')), ...problems.map(line('problem')));
    }
    this.isWhole = problems.length === 0;
    this.changed();
  }
}
