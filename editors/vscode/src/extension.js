// Starts `cwfilter lsp`, and shows what its commands print.
'use strict';

const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;
// each start uses the same channel
let output;
let watcher;

function start() {
  const command = vscode.workspace.getConfiguration('cwfilter').get('path');
  const server = { command, args: ['lsp'], transport: TransportKind.stdio };
  const languages = ['toml', 'terraform', 'opentofu', 'yaml', 'cloudformation', 'json'];
  client = new LanguageClient('cwfilter', 'cwfilter', server, {
    documentSelector: [
      ...languages.map((language) => ({ language })),
      { pattern: '**/*.{toml,tf,tofu,template}' },
    ],
    synchronize: { fileEvents: watcher },
    outputChannel: output,
    middleware: {
      // the answer of a command is what the command line prints
      executeCommand: async (name, args, next) => {
        const answer = await next(name, args);
        if (answer && answer.text) {
          output.appendLine(answer.text);
          output.show(true);
        }
        return answer;
      },
    },
  });
  return client.start();
}

// A client whose start failed cannot be stopped: `stop` throws.
async function stop() {
  const stopped = client;
  client = undefined;
  try {
    await stopped?.stop();
  } catch (error) {
    output.appendLine(`the language server did not run: ${error.message}`);
  }
}

exports.activate = async (context) => {
  output = vscode.window.createOutputChannel('cwfilter');
  watcher = vscode.workspace.createFileSystemWatcher('**/*.{toml,tf,tofu,yaml,yml,json,template}');
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(output, watcher, vscode.commands.registerCommand('cwfilter.restart', restart));
  await start();
};

exports.deactivate = () => (client ? client.stop() : undefined);
