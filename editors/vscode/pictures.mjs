// Starts this extension in VS Code in a browser, tries it, and takes the pictures of docs/editors.md:
//   node pictures.mjs ADDRESS PROJECT FOLDER
// ADDRESS is that of a code-server that has the extension and opens PROJECT, a folder that this script fills; FOLDER is for the pictures.
// It needs `playwright-core`, and Chromium in CHROMIUM or /usr/bin/chromium.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [address, project, folder] = process.argv.slice(2);
const RULES = `[[rule]]
id = "gateway-changed"
pattern = '{ $.eventName != "CreateCustomerGateway" || $.eventName != "DeleteCustomerGateway" }'

[[rule]]
id = "trail-changed"
pattern = '{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = "" }'

[[rule.test]]
name = "a trail is stopped"
event = { eventSource = "cloudtrail.amazonaws.com", eventName = "StopLogging" }
expect = "match"
`;

mkdirSync(project, { recursive: true });
writeFileSync(join(project, 'rules.toml'), RULES);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 960, height: 420 } });
page.setDefaultTimeout(120_000);

const wait = (milliseconds) => page.waitForTimeout(milliseconds);
const picture = async (name) => {
  await wait(1500);
  await page.screenshot({ path: join(folder, `vscode-${name}.png`) });
  console.log(`${name}: done`);
};
// the palette (F1) or the list of files, from which the entry `text` is taken
const choose = async (key, text) => {
  await page.keyboard.press(key);
  await page.waitForSelector('.quick-input-widget input');
  await page.keyboard.type(text);
  await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${text.slice(0, 12)}")`);
  await wait(1000);
  await page.keyboard.press('Enter');
  await wait(1000);
};
const line = (text) => page.locator('.view-line', { hasText: text }).first();
const goTo = async (place) => {
  await page.keyboard.press('Control+g');
  await page.keyboard.type(place);
  await page.keyboard.press('Enter');
  await wait(700);
};

await page.goto(`${address}/?folder=${encodeURIComponent(project)}`, { waitUntil: 'domcontentloaded' });
await page.waitForSelector('.monaco-workbench');
await wait(4000);
await choose('Control+p', 'rules.toml');
await page.waitForSelector('.squiggly-warning');
await page.keyboard.press('Control+b');
await goTo('3:30');
await page.keyboard.press('Control+k');
await page.keyboard.press('Control+i');
await page.waitForSelector('.monaco-hover:has-text("or-of-negations")');
await picture('finding');

await page.keyboard.press('Escape');
await page.keyboard.press('Control+.');
await page.waitForSelector('.action-widget');
await picture('fix');
await page.keyboard.press('Enter');
await line('"CreateCustomerGateway" &&').waitFor();

await goTo('7:75');
await page.keyboard.press('Control+ ');
await page.waitForSelector('.suggest-widget.visible .monaco-list-row:has-text("CreateTrail")');
await page.keyboard.type('Sto');
await page.waitForSelector('.suggest-widget.visible .monaco-list-row:has-text("StopLogging")');
await picture('completion');
await page.keyboard.type('pLog');
await wait(1000);
await page.keyboard.press('Enter');
await line('"StopLogging" }').waitFor();

await page.keyboard.press('Control+s');
await page.locator('.codelens-decoration a', { hasText: 'run 1 test' }).first().click();
await page.getByText('1 test: 1 passed').first().waitFor();
await picture('tests');
await choose('F1', 'cwfilter: Restart the language server');
await wait(3000);
await page.locator('.codelens-decoration a', { hasText: 'run 1 test' }).first().waitFor();
console.log('restart: done');
await browser.close();
