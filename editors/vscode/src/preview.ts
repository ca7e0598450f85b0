// A diff editor: the Dockerfile as it is, and as optimize would make it.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { dockerfile, wholeEdit } from './optimize';

const scheme = 'restage-optimized';

/** The right side of the diff: texts that are nowhere on the disk. */
export class OptimizedText implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument(d => this.texts.delete(d.uri.toString())),
  );
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Shows a text under the name of a document, and gives its URI. */
  set(document: vscode.TextDocument, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: document.uri.path, query: document.uri.toString() });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}

/** Opens the diff, and offers to make the change once it has been seen. */
export async function showOptimized(optimized: OptimizedText): Promise<void> {
  const editor = dockerfile();
  const edit = editor && await wholeEdit(editor.document);
  if (!editor || !edit) {
    return;
  }
  const { document } = editor;
  const { version } = document;
  const edits = edit.get(document.uri);
  const right = optimized.set(document, applied(document, edits));
  await vscode.commands.executeCommand('vscode.diff', document.uri, right, `${path.basename(document.fileName)}: what optimize would change`);
  const apply = 'Apply';
  if (await vscode.window.showInformationMessage('Make these changes to the Dockerfile?', apply) !== apply) {
    return;
  }
  if (document.version !== version) {
    void vscode.window.showWarningMessage('The Dockerfile has changed since the diff was made; show it again.');
    return;
  }
  const seen = new vscode.WorkspaceEdit(); // without the question that has been answered
  seen.set(document.uri, edits);
  await vscode.workspace.applyEdit(seen, { isRefactoring: true });
}

/** The text of a document with disjoint edits made. */
function applied(document: vscode.TextDocument, edits: vscode.TextEdit[]): string {
  let text = document.getText();
  for (const e of [...edits].sort((a, b) => b.range.start.compareTo(a.range.start))) {
    text = text.slice(0, document.offsetAt(e.range.start)) + e.newText + text.slice(document.offsetAt(e.range.end));
  }
  return text;
}
