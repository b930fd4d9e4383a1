// Writes the page as one file: `node build.mjs FILE.html cwfilter_wasm.wasm`, in a folder that has the packages of js/tests/package.json.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const [output, wasm] = process.argv.slice(2);
if (wasm === undefined) {
  throw new Error('usage: node build.mjs FILE.html cwfilter_wasm.wasm');
}
const require = createRequire(join(process.cwd(), 'package.json'));
const { build, transform } = require('esbuild');
const { parse } = require('smol-toml');
const here = dirname(fileURLToPath(import.meta.url));

/** The rules of the CIS pack, and the events of their tests. */
function cis() {
  const pack = join(here, '../patterns/cis-aws');
  const { rule } = parse(readFileSync(join(pack, 'rules.toml'), 'utf8'));
  const events = readdirSync(join(pack, 'events')).sort();
  return {
    rules: rule.map(({ title, pattern }) => ({ title, pattern })),
    events: events.map((file) => JSON.parse(readFileSync(join(pack, 'events', file), 'utf8'))),
  };
}

const { outputFiles } = await build({
  entryPoints: [join(here, 'src/main.js')],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  minify: true,
  charset: 'utf8',
  define: { CIS: JSON.stringify(cis()), MODULE: JSON.stringify(gzipSync(readFileSync(wasm), { level: 9 }).toString('base64')) },
});
const script = outputFiles[0].text.trim();
if (script.includes('</script')) {
  throw new Error('the script would end early');
}
const style = (await transform(readFileSync(join(here, 'style.css'), 'utf8'), { loader: 'css', minify: true })).code.trim();

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
// nothing is fetched, sent or framed; the one script and the one style are those of this file
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)} 'wasm-unsafe-eval'`,
  `style-src ${hash(style)}`,
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const parts = { POLICY: policy, STYLE: style, SCRIPT: script };
const page = readFileSync(join(here, 'index.html'), 'utf8').replace(/\b(POLICY|STYLE|SCRIPT)\b/g, (name) => parts[name]);
writeFileSync(output, page);
console.log(`${output}: ${(page.length / 1024).toFixed(0)} KiB`);
