// What restage sends, by direction and method: the types are those of the npm
// package vscode-languageserver-protocol. generate.sh makes schema.json of it.
import * as L from 'vscode-languageserver-protocol';

export interface Wire {
  'result initialize': L.InitializeResult;
  'result shutdown': null;
  'result textDocument/codeAction': (L.Command | L.CodeAction)[] | null;
  'result codeAction/resolve': L.CodeAction;
  'result textDocument/diagnostic': L.DocumentDiagnosticReport;
  'result textDocument/hover': L.Hover | null;
  'result textDocument/completion': L.CompletionItem[] | L.CompletionList | null;
  'result completionItem/resolve': L.CompletionItem;
  'result textDocument/definition': L.Definition | L.LocationLink[] | null;
  'result textDocument/documentLink': L.DocumentLink[] | null;
  'result documentLink/resolve': L.DocumentLink;
  'result textDocument/inlayHint': L.InlayHint[] | null;
  'result inlayHint/resolve': L.InlayHint;
  'result textDocument/codeLens': L.CodeLens[] | null;
  'result codeLens/resolve': L.CodeLens;
  'result workspace/executeCommand': L.LSPAny;
  'params textDocument/publishDiagnostics': L.PublishDiagnosticsParams;
  'params window/showMessage': L.ShowMessageParams;
  'params window/showMessageRequest': L.ShowMessageRequestParams;
  'params window/logMessage': L.LogMessageParams;
  'params window/workDoneProgress/create': L.WorkDoneProgressCreateParams;
  'params $/progress': { token: L.ProgressToken; value: L.WorkDoneProgressBegin | L.WorkDoneProgressReport | L.WorkDoneProgressEnd };
  'params client/registerCapability': L.RegistrationParams;
  'params client/unregisterCapability': L.UnregistrationParams;
  'params workspace/configuration': L.ConfigurationParams;
  'params workspace/applyEdit': L.ApplyWorkspaceEditParams;
  'params window/showDocument': L.ShowDocumentParams;
  error: L.ResponseMessage['error'];
}
