// Shows the page of a rule, which is inside the extension.
import * as vscode from 'vscode';

/**
 * Explains the rule named, else the one under the cursor, else one that the
 * user picks.
 */
export async function explainRule(extension: vscode.Uri, rule?: string): Promise<void> {
  const pages = vscode.Uri.joinPath(extension, 'rules');
  const rules = (await vscode.workspace.fs.readDirectory(pages)).map(([name]) => name.replace(/\.md$/, ''));
  const here = rule ?? atCursor();
  const chosen = here !== undefined && rules.includes(here) ? here
    : await vscode.window.showQuickPick(rules, { title: 'restage: explain a rule' });
  if (chosen) {
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(pages, `${chosen}.md`));
  }
}

/** The rule of the finding that the cursor is in. */
function atCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return undefined;
  }
  const found = vscode.languages.getDiagnostics(editor.document.uri)
    .filter(d => d.source === 'restage' && d.range.contains(editor.selection.active))
    .map(d => typeof d.code === 'object' ? String(d.code.value) : String(d.code));
  return new Set(found).size === 1 ? found[0] : undefined;
}
