// The extension starts the language server and adds what an editor shows
// beside the protocol: commands, a diff of the whole change, a status item.
import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State } from 'vscode-languageclient/node';
import { explainRule } from './explain';
import { optimize } from './optimize';
import { OptimizedText, showOptimized } from './preview';
import { findProgram } from './program';
import { Status } from './status';

/** Where it is said how to install the program. */
const instructions = 'https://github.com/restage/restage#readme';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('restage', { log: true });
  const status = new Status();
  const optimized = new OptimizedText();
  const command = (name: string, run: (...args: any[]) => unknown) => vscode.commands.registerCommand(`restage.${name}`, run);
  context.subscriptions.push(
    log, status, optimized,
    command('optimizeDocument', optimize),
    command('showOptimized', () => showOptimized(optimized)),
    command('explainRule', (rule?: string) => explainRule(context.extensionUri, rule)),
    command('showMenu', () => status.menu()),
    command('showLog', () => log.show()),
    command('restart', () => start(context, log, status)),
    vscode.workspace.onDidChangeConfiguration(e => {
      if (e.affectsConfiguration('restage.path')) {
        void start(context, log, status);
      }
    }),
  );
  await start(context, log, status);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

/** Starts the server, in place of one that runs. */
async function start(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, status: Status): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose().catch(e => log.warn(`stopping the server: ${e}`));
  status.starting();
  let program;
  try {
    program = await findProgram(context.extensionUri);
  } catch (e) {
    const message = (e as Error).message;
    log.error(message);
    status.failed(message);
    void missing(message);
    return;
  }
  log.info(`starting ${program.command} ${program.version}`);
  const next = new LanguageClient('restage', 'restage', { command: program.command, args: ['serve', '--stdio'] }, {
    // Not the right side of the diff, which is a Dockerfile too.
    documentSelector: ['file', 'untitled', 'vscode-vfs'].map(scheme => ({ scheme, language: 'dockerfile' })),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: false },
  });
  next.onDidChangeState(({ newState }) => {
    if (client === next) {
      newState === State.Running ? status.running(program.version) : newState === State.Starting ? status.starting() : status.failed('the server has stopped');
    }
  });
  client = next;
  try {
    await next.start();
  } catch (e) {
    status.failed(`the server did not start: ${(e as Error).message}`);
  }
}

/** Says that there is no program, and what to do about it. */
async function missing(message: string): Promise<void> {
  const how = 'How to install it', set = 'Set the path';
  switch (await vscode.window.showErrorMessage(`restage: ${message}.`, how, set)) {
    case how:
      await vscode.env.openExternal(vscode.Uri.parse(instructions));
      break;
    case set:
      await vscode.commands.executeCommand('workbench.action.openSettings', 'restage.path');
  }
}
