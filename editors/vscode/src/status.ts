// The status item beside the language: version, problems, and what can be done.
import * as vscode from 'vscode';

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('restage', { language: 'dockerfile' });
  private readonly watching = vscode.Disposable.from(
    vscode.languages.onDidChangeDiagnostics(() => this.count()),
    vscode.window.onDidChangeActiveTextEditor(() => this.count()),
  );
  private version = '';

  constructor() {
    this.item.name = 'restage';
    this.item.command = { command: 'restage.showMenu', title: 'Menu' };
  }

  starting(): void {
    this.show('restage is starting', '', vscode.LanguageStatusSeverity.Information, true);
  }

  running(version: string): void {
    this.version = version;
    this.count();
  }

  failed(why: string): void {
    this.version = '';
    this.show('restage is not running', why, vscode.LanguageStatusSeverity.Error);
  }

  /** What the item's button offers. */
  async menu(): Promise<void> {
    const commands: Record<string, string> = {
      'Show what optimize would change': 'restage.showOptimized',
      'Optimize this Dockerfile': 'restage.optimizeDocument',
      'Explain a rule': 'restage.explainRule',
      'Restart': 'restage.restart',
      'Show log': 'restage.showLog',
    };
    const chosen = await vscode.window.showQuickPick(Object.keys(commands), { title: `restage ${this.version}` });
    if (chosen) {
      await vscode.commands.executeCommand(commands[chosen]);
    }
  }

  dispose(): void {
    this.watching.dispose();
    this.item.dispose();
  }

  private count(): void {
    if (this.version === '') {
      return;
    }
    const uri = vscode.window.activeTextEditor?.document.uri;
    const n = uri ? vscode.languages.getDiagnostics(uri).filter(d => d.source === 'restage').length : 0;
    this.show(`restage: ${n === 0 ? 'no problems' : n === 1 ? '1 problem' : `${n} problems`}`, `version ${this.version}`, vscode.LanguageStatusSeverity.Information);
  }

  private show(text: string, detail: string, severity: vscode.LanguageStatusSeverity, busy = false): void {
    Object.assign(this.item, { text, detail, severity, busy });
  }
}
