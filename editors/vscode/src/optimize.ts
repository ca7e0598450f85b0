// The action on the whole file, by which commands and views ask the server.
import * as vscode from 'vscode';

const kind = vscode.CodeActionKind.RefactorRewrite.append('restage.optimize');

/** The Dockerfile that the user works on. */
export function dockerfile(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.languageId === 'dockerfile' ? editor : undefined;
}

/**
 * The edit of all refactorings of a document; undefined when there is none,
 * after the user has been told why.
 */
export async function wholeEdit(document: vscode.TextDocument): Promise<vscode.WorkspaceEdit | undefined> {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, all, kind.value, 5);
  const action = actions.find(a => a.kind && kind.contains(a.kind));
  if (action?.edit) {
    return action.edit;
  }
  void vscode.window.showInformationMessage(action?.disabled
    ? `restage would change nothing here: ${action.disabled.reason}.`
    : 'restage finds nothing to change in this Dockerfile.');
  return undefined;
}

/** Makes all refactorings; the editor shows first what wants to be looked at. */
export async function optimize(): Promise<void> {
  const editor = dockerfile();
  const edit = editor && await wholeEdit(editor.document);
  if (edit) {
    await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  }
}
