// Runs the extension with replacements of VS Code and its client: the first start fails, and `cwfilter.restart` starts it again.
'use strict';

const Module = require('module');
const path = require('path');

const counted = { channels: 0, watchers: 0, starts: 0 };
const commands = {};
const vscode = {
  workspace: {
    getConfiguration: () => ({ get: () => 'cwfilter' }),
    createFileSystemWatcher: () => ((counted.watchers += 1), {}),
  },
  window: { createOutputChannel: () => ((counted.channels += 1), { appendLine() {}, show() {} }) },
  commands: { registerCommand: (name, run) => ((commands[name] = run), {}) },
};
class LanguageClient {
  async start() {
    counted.starts += 1;
    this.runs = counted.starts > 1;
    if (!this.runs) throw new Error('cannot start');
  }
  // as vscode-languageclient 9 does
  async stop() {
    if (!this.runs) throw new Error("Client is not running and can't be stopped. It's current state is: startFailed");
  }
}
const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === 'vscode') return vscode;
  if (name === 'vscode-languageclient/node') return { LanguageClient, TransportKind: { stdio: 0 } };
  return load(name, ...rest);
};

(async () => {
  const extension = require(path.resolve(process.argv[2]));
  await extension.activate({ subscriptions: [] }).catch(() => undefined);
  await commands['cwfilter.restart']();
  await commands['cwfilter.restart']();
  console.log(JSON.stringify(counted));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
