// Finds the program that the extension starts.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** A program that runs here, and the version that it names. */
export interface Program {
  command: string;
  version: string;
}

/**
 * The program to start: what the setting `restage.path` names, else the one
 * inside the extension, else `restage` on PATH. A program that does not run on
 * this machine (the extension of another platform can be installed by hand) is
 * passed over. The error says what was tried.
 */
export async function findProgram(extension: vscode.Uri): Promise<Program> {
  const name = process.platform === 'win32' ? 'restage.exe' : 'restage';
  const set = vscode.workspace.getConfiguration('restage').get<string>('path', '').trim();
  if (set !== '') {
    return { command: set, version: await versionOf(set).catch(e => fail(`restage.path is ${set}, which does not run: ${e.message}`)) };
  }
  const tried: string[] = [];
  const inside = path.join(extension.fsPath, 'bin', name);
  for (const command of [...(fs.existsSync(inside) ? [inside] : []), name]) {
    try {
      return { command, version: await versionOf(command) };
    } catch (e) {
      tried.push(command === inside
        ? `the one inside this extension does not run on ${process.platform}-${process.arch} (${(e as Error).message})`
        : 'there is none on PATH');
    }
  }
  return fail(`the program restage was not found: ${tried.join(', and ')}`);
}

function fail(message: string): never {
  throw new Error(message);
}

/** What `restage version` prints, without the name. */
function versionOf(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, ['version'], { timeout: 10_000 }, (error, stdout) => {
      if (error) {
        reject(new Error((error as NodeJS.ErrnoException).code?.toString() ?? error.message));
      } else if (!stdout.startsWith('restage')) {
        reject(new Error('it is another program'));
      } else {
        resolve(stdout.split('\n')[0].replace(/^restage\s*/, '').trim());
      }
    });
  });
}
