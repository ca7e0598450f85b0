// What a user does with the extension, in real VS Code:
//   node e2e.mjs NODE CODE-SERVER MODULES VSIX RESTAGE PROJECT [PICTURES]
// NODE and CODE-SERVER start the editor, MODULES holds playwright-core, VSIX is
// the package to install, RESTAGE the command line to compare with, PROJECT the
// project to open (a copy is made). PICTURES is where the documentation's
// pictures are written; without it nothing is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Editor, until } from './editor.mjs';

const [node, server, modules, vsix, restage, project, pictures] = process.argv.slice(2);
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
    editor.settings({ 'restage.rules.copy-before-install': 'off' });
    await editor.problems(codes => codes.includes('unpinned-installer') && !codes.includes('copy-before-install'));
    editor.settings({});
    await editor.problems(codes => codes.includes('copy-before-install'));
    await editor.keys('Control+Shift+M');
  });

  const line = text => editor.disk('Dockerfile').split('\n').findIndex(l => l.includes(text)) + 1;

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
    const entry = page.locator('.action-widget .monaco-list-row.option-disabled', { hasText: 'Start python without Poetry' });
    await entry.waitFor();
    const said = await entry.evaluate(e => [e, ...e.querySelectorAll('*')].map(x => x.getAttribute('title') ?? '').join(' ') + e.textContent);
    assert.match(said, /cache folder/, 'the reason is shown');
    await picture('refused', { x: 300, y: 35, width: 880, height: 420 });
    await editor.keys('Escape');
  });

  await step('a diff shows what optimize would change', async () => {
    await editor.command('restage: Show what optimize would change');
    const right = page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'AS builder' });
    await right.first().waitFor();
    await page.locator('.notification-toast', { hasText: 'Make these changes' }).waitFor();
    await picture('diff', { x: 300, y: 35, width: 880, height: 560 });
    await editor.command('Notifications: Clear All Notifications');
    await editor.keys('Control+F4');
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

  await step('optimize makes the rest, after a look at the changes', async () => {
    const want = fix('--all');
    await editor.goto(1);
    await editor.command('restage: Optimize this Dockerfile');
    await page.locator('.refactor-preview .monaco-list-row, .bulk-edit-panel .monaco-list-row').first().waitFor();
    await picture('preview', { x: 0, y: 0, width: 1180, height: 700 });
    for (const box of await page.locator('.bulk-edit-panel input[type=checkbox], .refactor-preview input[type=checkbox]').all()) {
      if (!await box.isChecked()) await box.click();
    }
    await page.getByRole('button', { name: 'Apply', exact: true }).last().click();
    await until('the stages', async () => (await page.locator('.editor-instance .view-lines').first().innerText()).includes('AS builder'));
    await editor.goto(1);
    await editor.save('Dockerfile', want);
  });

  await step('nothing is left to do', async () => {
    await page.locator('.codelens-decoration').waitFor({ state: 'detached' });
    assert.equal(fix('--all'), editor.disk('Dockerfile'));
  });

  await step('a rule is explained', async () => {
    await editor.command('restage: Explain this rule');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'single-stage' }).waitFor();
    await page.keyboard.type('single-stage');
    await editor.keys('Enter');
    await page.locator('.tab.active', { hasText: 'single-stage' }).waitFor();
  });

  console.log('ok');
} catch (error) {
  console.error(error.stack);
  const shown = path.join(os.tmpdir(), 'restage-vscode-failed.png');
  await editor?.page?.screenshot({ path: shown }).catch(() => {});
  console.error(`the window: ${shown}`);
  for (const log of ['server.err', 'server.log']) {
    try { console.error(fs.readFileSync(path.join(work, log), 'utf8').split('\n').slice(-15).join('\n')); } catch { /* not started */ }
  }
  process.exitCode = 1;
} finally {
  await editor?.close();
  fs.rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
