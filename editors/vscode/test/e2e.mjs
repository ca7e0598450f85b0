// What a user does with the extension, in real VS Code:
//   node e2e.mjs NODE CODE-SERVER MODULES VSIX UNIVERSAL RESTAGE PROJECT [PICTURES]
// NODE and CODE-SERVER start the editor, MODULES holds playwright-core, VSIX is
// the package to install, UNIVERSAL the one without a program, RESTAGE the command line to compare with, PROJECT the
// project to open (a copy is made). PICTURES is where the documentation's
// pictures are written; without it nothing is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Editor, until } from './editor.mjs';

const [node, server, modules, vsix, universal, restage, project, pictures] = process.argv.slice(2);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'restage-vscode-'));
const folder = path.join(work, 'annapurna');
fs.cpSync(project, folder, { recursive: true });
fs.mkdirSync(path.join(folder, '.git'));
const fix = (...args) => execFileSync(restage, ['fix', ...args, '--stdout', 'Dockerfile'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const started = Date.now();
let editor;
async function step(name, run) {
  await run();
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}`);
}

/** Keeps a part of the window as a picture of the documentation. */
async function picture(name, clip) {
  if (pictures) await editor.page.screenshot({ path: path.join(pictures, `${name}.png`), clip });
}

try {
  editor = await Editor.open({ node, server, modules, vsix, work, folder, file: 'Dockerfile' });
  const { page } = editor;

  await step('the findings are underlined, and the code lens says what could be done', async () => {
    await page.waitForSelector('.monaco-editor .squiggly-warning');
    await page.locator('.codelens-decoration', { hasText: /Optimize: \d+ changes/ }).waitFor();
    await editor.keys('Control+Shift+M');
    await editor.problems(codes => codes.includes('unpinned-installer') && codes.includes('copy-before-install'));
  });

  await step('a setting takes effect at once', async () => {
    await editor.settings({ 'restage.rules.copy-before-install': 'off' });
    await editor.problems(codes => codes.includes('unpinned-installer') && !codes.includes('copy-before-install'));
    await editor.settings({});
    await editor.problems(codes => codes.includes('copy-before-install'));
  });

  await step('restage.toml is heeded as soon as it is there, and no longer when it is gone', async () => {
    fs.writeFileSync(path.join(folder, 'restage.toml'), '[rules]\ncopy-before-install = "off"\n');
    await editor.problems(codes => codes.includes('unpinned-installer') && !codes.includes('copy-before-install'));
    fs.writeFileSync(path.join(folder, 'restage.toml'), '[rules]\nno-such-rule = "off"\n');
    await editor.problems(codes => codes.includes('copy-before-install') && codes.includes('broken-project'));
    fs.rmSync(path.join(folder, 'restage.toml'));
    await editor.problems(codes => codes.includes('copy-before-install') && !codes.includes('broken-project'));
  });

  await step('a restart finds everything again', async () => {
    await editor.command('restage: Restart');
    await editor.problems(codes => codes.includes('unpinned-installer'));
    await editor.keys('Control+j');
  });

  const line = text => editor.disk('Dockerfile').split('\n').findIndex(l => l.includes(text)) + 1;

  await step('hints say what makes an instruction run again, and a hover what a base image is', async () => {
    await editor.settings({ 'restage.inlayHints': 'on' });
    await page.locator('.editor-instance .view-line', { hasText: /RUN.poetry.install.*↻/ }).waitFor();
    await page.locator('.editor-instance .view-line', { hasText: 'FROM' }).first().hover({ position: { x: 120, y: 8 } });
    await page.locator('.monaco-hover', { hasText: /slim/ }).first().waitFor();
    await picture('hints', { x: 300, y: 35, width: 880, height: 420 });
    await editor.settings({});
    await page.locator('.editor-instance .view-line', { hasText: '↻' }).first().waitFor({ state: 'detached' });
  });

  await step('a finding says its cause and cost', async () => {
    await editor.goto(line('pip install poetry'), 1);
    await editor.keys('F8');
    await page.locator('.marker-widget', { hasText: 'Poetry is installed without a version' }).waitFor();
    await picture('findings', { x: 300, y: 35, width: 880, height: 420 });
    await editor.keys('Escape');
  });

  await step('a refused refactoring is greyed out', async () => {
    await editor.goto(line('ENTRYPOINT'), 1);
    await editor.command('Refactor...');
    await page.locator('.action-widget', { hasText: 'Show Disabled' }).getByText('Show Disabled').click();
    const entry = page.locator('.action-widget .monaco-list-row.option-disabled', { hasText: 'Start the program without Poetry' });
    await entry.waitFor();
    await picture('refused', { x: 300, y: 35, width: 880, height: 420 });
    await editor.keys('Escape');
    // The menu does not show the reason in every version of VS Code; asked for
    // by its kind, the action does.
    await editor.keys('Control+Alt+r');
    await page.locator('.monaco-editor-overlaymessage', { hasText: /cache folder under a name with a hash/ }).waitFor();
    await editor.keys('Escape');
  });

  await step('a diff shows what optimize would change', async () => {
    await editor.command('restage: Show what optimize would change');
    const right = page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'AS builder' });
    await right.first().waitFor();
    await page.locator('.notification-toast', { hasText: 'Make these changes' }).waitFor();
    await picture('diff', { x: 300, y: 35, width: 880, height: 560 });
    await editor.command('Notifications: Clear All Notifications');
    await page.locator('.tab', { hasText: 'what optimize would change' }).click({ button: 'middle' });
    await page.locator('.tab', { hasText: 'what optimize would change' }).waitFor({ state: 'detached' });
  });

  await step('a quick fix pins Poetry', async () => {
    const want = fix('--only', 'unpinned-installer', '--all');
    await editor.goto(line('pip install poetry'), 'RUN pip install p'.length);
    await editor.keys('Control+.');
    assert.ok((await editor.actions()).some(a => a.startsWith('Pin Poetry')), 'the quick fix is in the menu');
    await editor.choose('Pin Poetry');
    await until('the pin', async () => (await page.locator('.editor-instance .view-lines').first().innerText()).includes('poetry=='));
    await editor.save('Dockerfile', want);
  });

  await step('the menu shows the changes before it makes them', async () => {
    await editor.goto(line('ENTRYPOINT'), 1);
    await editor.command('Refactor...');
    await editor.actions();
    await editor.choose('Optimize this Dockerfile');
    const change = page.locator('.panel .monaco-list-row', { hasText: 'AS builder' });
    await change.first().waitFor();
    await page.getByRole('button', { name: /Group Changes By Type/i }).click().catch(() => {});
    await picture('preview', { x: 0, y: 0, width: 1180, height: 700 });
    await page.getByRole('button', { name: 'Discard' }).last().click();
    await change.first().waitFor({ state: 'hidden' });
  });

  await step('the command optimizes, and saves what the command line prints', async () => {
    const want = fix('--all');
    await editor.goto(1);
    await editor.command('restage: Optimize this Dockerfile');
    await until('the stages', async () => (await page.locator('.editor-instance .view-lines').first().innerText()).includes('builder'));
    await editor.goto(1);
    await editor.save('Dockerfile', want);
  });

  await step('nothing is left to do', async () => {
    await page.locator('.codelens-decoration').waitFor({ state: 'detached' });
    assert.equal(fix('--all'), editor.disk('Dockerfile'));
  });

  await step('a rule is explained', async () => {
    await editor.command('restage: Explain this rule', timeout => page.locator('.quick-input-widget', { hasText: 'explain a rule' }).waitFor({ timeout }));
    await page.keyboard.type('single-stage');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'single-stage' }).waitFor();
    await editor.keys('Enter');
    const shown = page.locator('.tab.active', { hasText: 'single-stage' });
    await shown.waitFor();
    // The page is a web view, which has the keyboard and loses keys while it loads: the mouse closes it.
    await shown.click({ button: 'middle' });
    await shown.waitFor({ state: 'detached' });
  });

  await step('the walkthrough shows its steps', async () => {
    const ours = page.locator('.quick-input-list .monaco-list-row', { hasText: 'restage' });
    await editor.command('Open Walkthrough', timeout => ours.first().waitFor({ timeout }));
    await ours.first().click();
    await page.locator('.getting-started-step').nth(2).waitFor();
    await picture('walkthrough', { x: 300, y: 35, width: 880, height: 520 });
  });

  await editor.close();
  fs.rmSync(path.join(folder, '.vscode'), { recursive: true });
  await step('without a program the user is told, with a way to the instructions', async () => {
    editor = await Editor.open({ node, server, modules, vsix: universal, work: path.join(work, 'universal'), folder, file: 'Dockerfile' });
    const told = editor.page.locator('.notification-toast', { hasText: 'the program restage was not found: there is none on PATH' });
    await told.waitFor();
    await told.getByText('How to install it').waitFor();
    await editor.settings({ 'restage.path': restage });
    await editor.page.locator('.codelens-decoration').or(editor.page.locator('#status\\.languageStatus')).first().waitFor();
    await editor.command('restage: Show log');
    await until('the start of the program named', async () => (await editor.page.locator('.panel .view-lines').innerText()).includes(path.basename(restage)));
  });

  console.log('ok');
} catch (error) {
  console.error(error.stack);
  const shown = path.join(os.tmpdir(), 'restage-vscode-failed.png');
  await editor?.page?.screenshot({ path: shown }).catch(() => {});
  console.error(`the window: ${shown}`);
  const logs = fs.globSync ? fs.globSync(path.join(work, 'user/logs/**/restage*.log')) : [];
  for (const log of [path.join(work, 'server.err'), ...logs]) {
    try { console.error(`${log}:\n${fs.readFileSync(log, 'utf8').split('\n').slice(-20).join('\n')}`); } catch { /* not started */ }
  }
  process.exitCode = 1;
} finally {
  await editor?.close();
  fs.rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
