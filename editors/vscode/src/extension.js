// Starts `cwfilter lsp`, and shows what its commands print.
'use strict';

const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

function start() {
  const command = vscode.workspace.getConfiguration('cwfilter').get('path');
  const server = { command, args: ['lsp'], transport: TransportKind.stdio };
  const languages = ['toml', 'terraform', 'opentofu', 'yaml', 'cloudformation', 'json'];
  const output = vscode.window.createOutputChannel('cwfilter');
  client = new LanguageClient('cwfilter', 'cwfilter', server, {
    documentSelector: [
      ...languages.map((language) => ({ language })),
      { pattern: '**/*.{toml,tf,tofu,template}' },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{toml,tf,tofu,yaml,yml,json,template}') },
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

exports.activate = async (context) => {
  const restart = async () => {
    await client.stop();
    await start();
  };
  context.subscriptions.push(vscode.commands.registerCommand('cwfilter.restart', restart));
  await start();
};

exports.deactivate = () => (client ? client.stop() : undefined);
