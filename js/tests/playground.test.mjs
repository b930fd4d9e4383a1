// The page in Chromium: with the mouse, with the keyboard alone, and as a screen reader gets it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { ask } from './answers.mjs';
import { differences, root, table } from './support.mjs';

const folder = join(dirname(dirname(new URL(import.meta.url).pathname)), 'playground');
const file = join(folder, 'index.html');
const address = pathToFileURL(file).href;
const pictures = join(folder, 'pictures');
mkdirSync(pictures, { recursive: true });

const name = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
const program = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

let browser;
let context;
let page;
let requests;
let complaints;

before(async () => {
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] });
});
after(() => browser?.close());

async function open(hash = '', options = {}) {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  requests = [];
  complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address + hash);
  await page.waitForSelector('html[data-ready]');
}

const fragment = (state) => `#${new URLSearchParams(state)}`;
const text = (selector) => page.locator(selector).innerText();
const shot = (name) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
const quiet = () => assert.deepEqual([complaints, requests.filter((url) => !url.startsWith('file:'))], [[], []]);

beforeEach(() => open());

test('an empty page says what it is', async () => {
  assert.match(await text('#summary'), /No events yet/);
  assert.match(await text('#pattern-a-state'), /AWS accepts it/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'pattern-a');
  await shot('empty');
  quiet();
});

test('a wrong pattern is underlined at the character, and fixed with a click', async () => {
  await page.fill('#pattern-a', '{ $.level == "ERROR" && $.n = "é😀" }');
  assert.match(await text('#pattern-a-state'), /AWS refuses it: expected a value, found `=`/);
  assert.match(await text('#field-a .aws'), /Invalid metric filter pattern/);
  assert.equal(await page.getAttribute('#pattern-a', 'aria-invalid'), 'true');
  const marks = await page.locator('#field-a mark').allTextContents();
  assert.deepEqual(marks, ['=']);
  // the mark is under the second of the two characters
  const [mark, field] = [await page.locator('#field-a mark').boundingBox(), await page.locator('#pattern-a').boundingBox()];
  const width = mark.width;
  assert.ok(Math.abs((mark.x - field.x) / width - 11) < 3, `${mark.x} ${field.x} ${width}`);
  await shot('wrong-pattern');
  await page.click('#field-a .findings .place');
  const selected = await page.evaluate(() => {
    const { selectionStart, selectionEnd, value } = document.activeElement;
    return [selectionStart, value.slice(selectionStart, selectionEnd)];
  });
  assert.deepEqual(selected, [11, '=']);
  // quotes repair this one
  await page.fill('#pattern-a', 'user@example.com -healthy');
  await page.click('text=Apply the suggested fix');
  assert.equal(await page.inputValue('#pattern-a'), '"user@example.com" -healthy');
  assert.match(await text('#pattern-a-state'), /AWS accepts it/);
  // after a safe fix of a lint, nothing is left to fix
  await page.fill('#pattern-a', '?ERROR');
  await page.click('text=Apply the fix, which matches the same events');
  assert.equal(await page.inputValue('#pattern-a'), 'ERROR');
  assert.equal(await page.locator('#field-a .findings li').count(), 0);
  quiet();
});

test('verdicts as one types, with the explanation and the values', async () => {
  await page.fill('#events', '{"eventName":"StopLogging"}\n{"eventName":"StopLogging","errorCode":"AccessDenied"}\n{"eventName":"LookupEvents"}');
  await page.locator('#pattern-a').pressSequentially('{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }');
  assert.equal(await text('#summary'), 'The pattern matches 1 of the 3 events.');
  assert.deepEqual(await page.locator('#list .verdict').allInnerTexts(), ['✓ match', '✗ no match', '✗ no match']);
  await page.click('#list button >> nth=1');
  assert.match(await text('#detail'), /all of\s+✓ \$\.eventName = "StopLogging" "StopLogging"\s+✗ \$\.errorCode NOT EXISTS field is there: "AccessDenied" decides/);
  await shot('match-explained');
  await page.fill('#pattern-a', '[ip, ..., status = 4*]');
  await page.selectOption('#mode', 'lines');
  await page.fill('#events', '10.0.0.1 GET /x 404\n10.0.0.1 GET /x 200');
  await page.click('#list button >> nth=0');
  assert.match(await text('#detail table'), /\$ip\s+10\.0\.0\.1[\s\S]*\$status\s+404/);
  quiet();
});

test('two patterns are compared, and the event between them is taken over', async () => {
  await page.fill('#pattern-a', '{ $.eventName = "StopLogging" && $.eventSource = "cloudtrail.amazonaws.com" }');
  await page.click('#compare');
  await page.fill('#pattern-b', '{ $.eventName = "StopLogging" }');
  await page.waitForSelector('text=B matches every event that A matches, and more.');
  await page.click('#comparison li:has-text("Only B matches") button');
  assert.equal(await text('#summary'), 'Pattern A matches 0 of the 1 event. Pattern B matches 1 of the 1 event. They differ on 1.');
  await page.fill('#events', `${await page.inputValue('#events')}\n{"eventName":"x"}`);
  await page.check('#differ');
  assert.equal(await page.locator('#list button').count(), 1);
  await page.uncheck('#differ');
  await shot('compared');
  await page.selectOption('#domain', 'cloudtrail');
  await page.waitForSelector('text=Both patterns match the same events.');
  assert.match(await text('#comparison'), /Proved for CloudTrail records\./);
  quiet();
});

test('a file in any container is read where it is dropped', async () => {
  await page.fill('#pattern-a', '{ $.eventName = "StopLogging" }');
  const delivery = gzipSync('{"Records":[{"eventName":"StopLogging"},{"eventName":"LookupEvents"}]}');
  await page.setInputFiles('#file', { name: 'trail.json.gz', mimeType: 'application/gzip', buffer: delivery });
  await page.waitForSelector('text=2 events in trail.json.gz read.');
  assert.equal(await text('#summary'), 'The pattern matches 1 of the 2 events.');
  const drop = (name, bytes) =>
    page.evaluate(([name, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name));
      document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, [name, [...bytes]]);
  // a damaged file: what was not read is named, and the summary does not speak of all events
  await drop('cut.json.gz', delivery.subarray(0, -12));
  await page.waitForSelector('#events-status .problem');
  assert.match(await text('#summary'), /that were read\.$|No event was read\./);
  await drop('noise.bin', new Uint8Array([0, 1, 2, 255, 254]));
  await page.waitForFunction(() => document.getElementById('summary').textContent === 'No event was read.');
  await page.click('text=Close noise.bin');
  assert.match(await text('#summary'), /No events yet/);
  quiet();
});

test('each example loads', async () => {
  const options = await page.locator('#example option').allTextContents();
  assert.ok(options.length > 24, `${options.length}`);
  for (const option of options.slice(1)) {
    await page.selectOption('#example', { label: option });
    assert.ok((await page.inputValue('#pattern-a')).length > 0, option);
    assert.match(await text('#summary'), /Pattern|pattern/, option);
    assert.equal(await page.locator('#events-status .problem').count(), 0, option);
  }
  assert.equal((await page.locator('#example optgroup >> nth=2').locator('option').count()), 15);
  // the mistakes are those of the README
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(.+?)` \| /gm)].map(([, pattern]) => pattern.replaceAll('\\|', '|'));
  const shown = [];
  for (const option of await page.locator('#example optgroup >> nth=1').locator('option').allTextContents()) {
    await page.selectOption('#example', { label: option });
    shown.push(await page.inputValue('#pattern-a'));
  }
  assert.deepEqual(shown, rows.slice(0, shown.length));
  quiet();
});

test('a link carries patterns and events, and nothing in it becomes markup', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  const state = { p: `{ $.a = "${hostile}" }`, q: '{ $.a = * }', e: `{"a":"${hostile}"}\n{"a":1}`, d: 'cloudtrail' };
  await open(fragment(state));
  assert.equal(await page.inputValue('#pattern-a'), state.p);
  assert.equal(await page.inputValue('#pattern-b'), state.q);
  assert.equal(await page.inputValue('#domain'), 'cloudtrail');
  assert.equal(await text('#summary'), 'Pattern A matches 1 of the 2 events. Pattern B matches 2 of the 2 events. They differ on 1.');
  assert.equal(await page.locator('img').count(), 0);
  await page.fill('#pattern-a', 'ERROR');
  await page.waitForFunction(() => location.hash.includes('p=ERROR'));
  const again = new URL(page.url()).hash;
  await open(again);
  assert.equal(await page.inputValue('#pattern-a'), 'ERROR');
  assert.equal(await page.inputValue('#events'), state.e);
  await page.click('#share');
  await page.waitForSelector('#share-status:text-matches("^(Link copied|The link is in the address bar)\\.$")');
  // events that are too long are left out, and the page says so
  await page.fill('#events', 'x'.repeat(40_000));
  await page.click('#share');
  await page.waitForSelector('#share-status:text-matches("without the events, which are too long for a link")');
  quiet();
});

test('no connection is possible', async () => {
  const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /connect-src 'none'/);
  const tries = await page.evaluate(async () => {
    const failed = (promise) => promise.then(() => 'sent', () => 'refused');
    const image = new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: 'http://127.0.0.1:9/x.png' }));
    const socket = new Promise((resolve, reject) => {
      try {
        Object.assign(new WebSocket('ws://127.0.0.1:9'), { onopen: resolve, onerror: reject });
      } catch (error) {
        reject(error);
      }
    });
    const blocked = [];
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const results = [await failed(fetch('http://127.0.0.1:9/')), await failed(image), await failed(socket), navigator.sendBeacon('http://127.0.0.1:9/')];
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { results, blocked: [...new Set(blocked)].sort() };
  });
  assert.deepEqual(tries.results.slice(0, 3), ['refused', 'refused', 'refused']);
  assert.deepEqual(tries.blocked, ['connect-src', 'img-src']);
});

test('the keyboard reaches everything, and a screen reader hears it', async () => {
  await open(fragment({ p: '{ $.a == 1 }', e: '{"a":1}\n{"a":2}' }));
  const order = [];
  await page.evaluate(() => document.activeElement.blur());
  for (let at = 0; at < 30; at += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const it = document.activeElement;
      const ring = getComputedStyle(it).outlineStyle !== 'none' || it.id === 'file';
      return it === document.body ? null : [it.id || it.className || it.textContent.slice(0, 20), ring];
    });
    if (found === null) {
      break;
    }
    assert.ok(found[1], `no ring on ${found[0]}`);
    order.push(found[0]);
  }
  for (const id of ['example', 'share', 'pattern-a', 'place', 'compare', 'events', 'file', 'mode']) {
    assert.ok(order.includes(id), `${id} in ${order}`);
  }
  // all by keyboard: the field, a row of the list, its explanation
  await page.focus('#pattern-a');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ $.a = 1 }');
  await page.focus('#list button >> nth=1');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'detail');
  assert.match(await text('#detail'), /no match/);
  const tree = await page.locator('body').ariaSnapshot();
  for (const part of [
    'heading "cwfilter playground" [level=1]',
    'textbox "Filter pattern"',
    'textbox "Paste events, or drop a file here"',
    'status: AWS accepts it. A pattern for JSON.',
    'list "Events"',
    'region "The selected event"',
    'list "Explanation"',
    'img "false"',
    'combobox "Example"',
  ]) {
    assert.ok(tree.includes(part), `${part}\n${tree}`);
  }
  // everything that can be used has a name
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, textarea, input')].filter((it) => !(it.labels?.length || it.textContent.trim() || it.ariaLabel)).map((it) => it.outerHTML),
  );
  assert.deepEqual(nameless, []);
  quiet();
});

const STATES = {
  empty: {},
  'a wrong pattern': { p: '{ $.level == "ERROR" }', e: '{"level":"ERROR"}' },
  'a finding with a fix': { p: '?ERROR', e: 'an ERROR\nfine' },
  'two patterns': { p: '{ $.a = 1 }', q: '{ $.a = * }', e: '{"a":1}\n{"a":2}' },
};

for (const colorScheme of ['light', 'dark']) {
  for (const [name, state] of Object.entries(STATES)) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
      await open(Object.keys(state).length === 0 ? '' : fragment(state), { colorScheme });
      if (state.e !== undefined) {
        await page.click('#list button >> nth=0');
      }
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' ')}`);
      assert.deepEqual(found, []);
      assert.ok(passes.length > 15, `${passes.length} rules`);
    });
  }
}

/** The contrast of each text with its ground, as WCAG computes it; those below 4.5. */
const faint = () => {
  const parts = (color) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => {
    const [r, g, b] = parts(color).map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (it) => {
    for (; it; it = it.parentElement) {
      const color = getComputedStyle(it).backgroundColor;
      if (parts(color)[3] === 255) {
        return color;
      }
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  return [...document.querySelectorAll('body *')]
    .filter((it) => !it.closest('.under, script, style, noscript, option, optgroup') && it.offsetParent !== null && [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .map((it) => {
      const [a, b] = [light(getComputedStyle(it).color), light(ground(it))];
      return [it.className || it.id || it.tagName, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    })
    .filter(([, contrast]) => contrast < 4.5);
};

const screens = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  'phone-dark': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

for (const [name, options] of Object.entries(screens)) {
  test(`${name}: nothing is cut off, every text can be read`, async () => {
    const long = `{"eventName":"StopLogging","requestParameters":{"name":"${'arn:aws:cloudtrail:eu-west-1:123456789012:trail/'.repeat(4)}"}}`;
    const state = { p: '{ $.eventName != "GetObject" || $.eventName != "PutObject" }', q: `{ $.eventName == "${'x'.repeat(80)}" }`, e: `${long}\n{"a":1}` };
    for (const one of [state, { ...state, q: '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }' }]) {
      await open(fragment(one), options);
      await page.waitForSelector('#comparison p');
      const width = options.viewport.width;
      const beyond = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(beyond[0] <= width, `${beyond}`);
      assert.deepEqual(await page.evaluate(faint), [], name);
      if (options.isMobile) {
        const small = await page.evaluate(() => [...document.querySelectorAll('button:not(.place), select, .button')].filter((it) => it.offsetParent && it.getBoundingClientRect().height < 40).map((it) => it.textContent));
        assert.deepEqual(small, []);
      }
    }
    await shot(name);
    quiet();
  });
}

/** Serves files on loopback while `use` runs. `body` gives the content of a path, or throws. */
async function served(body, use) {
  const types = { '': 'text/html', html: 'text/html', js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };
  const server = createServer(({ url }, response) => {
    const path = new URL(url, 'http://x').pathname.slice(1);
    try {
      const content = body(path);
      response.writeHead(200, { 'content-type': types[path.split('.').pop()] ?? 'text/plain' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

test('every recorded answer holds in the browser', async () => {
  const tables = { cases: table('cases.jsonl'), extract: table('extract.jsonl'), metric: table('metric.jsonl') };
  // a page of its own, which may fetch the module from beside the package's files
  const dist = join(dirname(folder), 'node_modules/cwfilter/dist');
  const body = (path) => {
    if (path === '') {
      return '<!doctype html><title>x</title>';
    }
    return readFileSync(path === 'answers.mjs' ? new URL('answers.mjs', import.meta.url) : join(dist, path));
  };
  await served(body, async (url) => {
    await page.goto(url);
    const run = async ([tables, known]) => {
      const started = performance.now();
      const api = await import('/browser.js');
      const ready = performance.now() - started;
      const { ask } = await import('/answers.mjs');
      return { ready, ...ask(api, { ...tables, known: new Set(known) }) };
    };
    const { count, failures, ready } = await page.evaluate(run, [tables, [...differences()]]);
    assert.deepEqual(failures, []);
    assert.ok(count.cases > 1500);
    // and in a worker
    const inWorker = await page.evaluate(
      ([url]) =>
        new Promise((resolve, reject) => {
          const source = `import { FilterPattern } from '${url}'; postMessage(new FilterPattern('ERROR').matches('an ERROR'));`;
          const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
      [`${url}browser.js`],
    );
    assert.equal(inWorker, true);
    console.log(`${await browser.version()}: ${JSON.stringify(count)}, ready after ${ready.toFixed(0)} ms`);
  });
});

test('a bundler takes the package with its module', async () => {
  const { build } = await import('vite');
  const source = join(dirname(folder), 'bundled');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), '{}');
  writeFileSync(join(source, 'index.html'), '<!doctype html><title>wait</title><script type="module" src="/main.js"></script>');
  const program = `
    import { FilterPattern } from 'cwfilter';
    import { filtersOf } from 'cwfilter/cdk';
    const [filter] = filtersOf({ Resources: { A: { Type: 'AWS::Logs::SubscriptionFilter', Properties: { FilterPattern: 'ERROR' } } } });
    document.title = [new FilterPattern('ERROR').matches('an ERROR'), filter.matches('a WARN')].join();`;
  writeFileSync(join(source, 'main.js'), program);
  await build({ root: source, base: './', logLevel: 'error' });
  await served((path) => readFileSync(join(source, 'dist', path === '' ? 'index.html' : path)), async (url) => {
    await page.goto(url);
    await page.waitForFunction(() => document.title === 'true,false');
  });
});

test('no browser is a failure, not a pass', () => {
  assert.notEqual(program, '', 'cli/tests/javascript.rs runs this file only where Chromium is');
});
