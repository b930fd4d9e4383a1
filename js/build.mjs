// Writes the package to a folder: `node build.mjs FOLDER cwfilter_wasm.wasm`, in a folder that has the packages of tests/package.json.
// The ES modules are the sources as they are; each has a
// CommonJS twin, except what only ES modules can use.

import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, wasm] = process.argv.slice(2);
if (wasm === undefined) {
  throw new Error('usage: node build.mjs FOLDER cwfilter_wasm.wasm');
}
const { transform } = createRequire(join(process.cwd(), 'package.json'))('esbuild');
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(folder, 'dist');
mkdirSync(dist, { recursive: true });

/** Modules that no `require` can load: Vitest has ES modules only, and a browser's import waits for the network. */
const ONLY_MODULES = ['browser', 'vitest'];

for (const file of readdirSync(join(here, 'src')).filter((name) => /\.(js|ts)$/.test(name))) {
  const text = readFileSync(join(here, 'src', file), 'utf8');
  writeFileSync(join(dist, file), text);
  const [name] = file.split('.');
  if (ONLY_MODULES.includes(name)) {
    continue;
  }
  if (file.endsWith('.d.ts')) {
    writeFileSync(join(dist, `${name}.d.cts`), text.replaceAll(/'(\.\/\w+)\.js'/g, "'$1.cjs'"));
    continue;
  }
  const { code } = await transform(text, {
    format: 'cjs',
    target: 'node18',
    define: { 'import.meta.url': '__moduleUrl' },
    banner: "const __moduleUrl = require('node:url').pathToFileURL(__filename);",
  });
  writeFileSync(join(dist, `${name}.cjs`), code.replaceAll(/require\("(\.\/\w+)\.js"\)/g, 'require("$1.cjs")'));
}
copyFileSync(wasm, join(dist, 'cwfilter.wasm'));
for (const file of ['package.json', 'README.md']) {
  copyFileSync(join(here, file), join(folder, file));
}
for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) {
  copyFileSync(join(here, '..', file), join(folder, file));
}
