// Real VS Code in a browser: starts code-server with the extension installed,
// and gives what a test needs to use it as a person does, by keyboard.
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as net from 'node:net';
import * as path from 'node:path';

const settings = {
  'workbench.startupEditor': 'none', 'security.workspace.trust.enabled': false, 'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false, 'extensions.autoUpdate': false, 'extensions.ignoreRecommendations': true, 'update.mode': 'none',
  'files.autoSave': 'off', 'editor.minimap.enabled': false, 'workbench.tips.enabled': false, 'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'git.enabled': false,
  'window.commandCenter': false, 'workbench.activityBar.location': 'hidden', 'workbench.layoutControl.enabled': false,
  'editor.lightbulb.enabled': 'on', 'editor.autoClosingBrackets': 'never', 'editor.autoClosingQuotes': 'never', 'editor.autoSurround': 'never',
  'diffEditor.renderSideBySide': true, 'diffEditor.useInlineViewWhenSpaceIsLimited': false,
};

/** How long anything may take before the test gives up. */
const patience = +(process.env.PATIENCE ?? 60_000);

export class Editor {
  /** Starts VS Code with a folder, and opens a file of it. */
  static async open({ node, server, modules, vsix, work, folder, file }) {
    const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');
    const e = new Editor();
    Object.assign(e, { folder, file });
    e.work = work;
    for (const d of ['user/User', 'extensions', 'xdg']) fs.mkdirSync(path.join(work, d), { recursive: true });
    fs.writeFileSync(path.join(work, 'user/User/settings.json'), JSON.stringify(settings));
    fs.writeFileSync(path.join(work, 'user/User/keybindings.json'), JSON.stringify([{ key: 'ctrl+alt+r', command: 'editor.action.codeAction',
      args: { kind: 'refactor.rewrite.restage.installer-at-runtime', apply: 'first' } }]));
    fs.mkdirSync(path.join(folder, '.vscode'));
    fs.writeFileSync(path.join(folder, '.vscode/settings.json'), '{}\n');
    // What is tested is the program that comes with the extension, not one that happens to be installed.
    const env = { ...process.env, PATH: `${path.dirname(node)}:/usr/bin:/bin` };
    for (const v of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME']) env[v] = path.join(work, 'xdg');
    delete env.VSCODE_IPC_HOOK_CLI;
    const common = ['--user-data-dir', path.join(work, 'user'), '--extensions-dir', path.join(work, 'extensions')];
    execFileSync(node, [server, ...common, '--install-extension', vsix], { env });
    const port = await freePort();
    e.process = spawn(node, [server, ...common, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry',
      '--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override'],
    { env, detached: true, stdio: ['ignore', fs.openSync(path.join(work, 'server.log'), 'w'), fs.openSync(path.join(work, 'server.err'), 'w')] });
    await until('the server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
    e.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    e.page = await (await e.browser.newContext({ viewport: { width: 1180, height: 720 } })).newPage();
    e.page.setDefaultTimeout(patience);
    const payload = encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path.join(folder, file)}`]]));
    await e.page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${payload}`, { waitUntil: 'domcontentloaded' });
    await e.page.waitForSelector('.editor-instance .monaco-editor .view-line');
    return e;
  }

  /** Ends the browser and the server. */
  async close() {
    await this.browser?.close().catch(() => {});
    try { process.kill(-this.process.pid, 'SIGTERM'); } catch { /* it is gone */ }
  }

  /** Changes the settings of the workspace, in the editor. */
  async settings(values) {
    await this.openFile('settings.json');
    await this.page.locator('.editor-instance .monaco-editor .view-line').first().click();
    await this.keys('Control+a');
    await this.page.keyboard.insertText(JSON.stringify(values));
    await this.keys('Control+s');
    await until('the settings', () => this.disk('.vscode/settings.json') === JSON.stringify(values));
    await this.show(this.file);
  }

  /** The text of a file of the folder on the disk. */
  disk(name) { return fs.readFileSync(path.join(this.folder, name), 'utf8'); }

  async keys(...list) { for (const k of list) await this.page.keyboard.press(k); }

  /** Puts the cursor at the start of a line, counted from 1, column from 1. */
  async goto(line, column = 1) {
    await this.page.locator('.editor-instance .monaco-editor .view-line').first().click();
    await this.keys('Control+g');
    await this.page.waitForSelector('.quick-input-widget input');
    await this.page.keyboard.type(`${line}:${column}`);
    await this.keys('Enter');
    await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  }

  /** Opens the quick input with a key, types, and takes the entry that has the text; `then` waits for what comes of it. All as often as it needs. */
  async pick(key, text, then = timeout => this.page.locator('.quick-input-widget input').first().waitFor({ state: 'hidden', timeout })) {
    for (let tries = 0; tries < 5; tries++) {
      try {
        await this.keys(key);
        await this.page.locator('.quick-input-widget input').first().waitFor({ timeout: 10_000 });
        await this.page.keyboard.type(text);
        await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().waitFor({ timeout: 10_000 });
        await this.keys('Enter');
        return await then(10_000);
      } catch { // a busy machine loses keys
        await this.keys('Escape', 'Escape');
      }
    }
    throw new Error(`${text} cannot be picked`);
  }

  /** Runs a command of the palette by its title; `then` as in pick. */
  async command(title, then) { await this.pick('F1', title, then); }

  /** Brings a tab to the front. */
  async show(name) {
    const tab = this.page.locator('.tab', { hasText: name }).first();
    await until(`the tab ${name}`, async () => {
      await tab.click({ timeout: 5000 });
      return (await tab.getAttribute('class')).includes('active');
    });
  }

  /** Opens a file of the folder by its name. */
  async openFile(name) {
    if (await this.page.locator('.tab', { hasText: name }).count() > 0) return this.show(name);
    for (let tries = 0; tries < 5; tries++) {
      await this.pick('Control+p', name);
      try {
        await this.page.locator('.tab.active', { hasText: name }).waitFor({ timeout: 10_000 });
        return;
      } catch { /* the list was not complete yet */ }
    }
    throw new Error(`${name} cannot be opened`);
  }

  /** The entries of the menu of actions that is open. */
  async actions() {
    await this.page.waitForSelector('.action-widget .monaco-list-row.action');
    return (await this.page.locator('.action-widget .monaco-list-row').allInnerTexts()).map(t => t.trim());
  }

  /** Chooses an entry of the menu of actions by the arrow keys: clicks can be swallowed. */
  async choose(title) {
    for (let i = 0; i < 40; i++) {
      const at = await this.page.locator('.action-widget .monaco-list-row.action.focused').innerText().catch(() => '');
      if (at.includes(title)) return this.keys('Enter');
      await this.keys('ArrowDown');
    }
    throw new Error(`no action ${title} in the menu`);
  }

  /** Saves the file, and waits until a text is on the disk. */
  async save(name, want) {
    await this.keys('Control+s');
    await until(`${name} on the disk:\n${want}`, () => this.disk(name) === want).catch(e => { throw new Error(`${e.message}\nit is\n${this.disk(name)}`); });
  }

  /** Waits until the codes of the findings in the panel of problems satisfy a test. */
  async problems(test) {
    let seen;
    await until('the findings', async () => {
      const rows = await this.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
      seen = rows.flatMap(t => /^restage$\n^([\w-]+)$/m.exec(t)?.[1] ?? []);
      return test(seen);
    }).catch(e => { throw new Error(`${e.message}, but there are ${seen}`); });
  }
}

function freePort() {
  return new Promise(resolve => {
    const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
  });
}

/** Waits until a test gives true. */
export async function until(what, test) {
  for (const end = Date.now() + patience; Date.now() < end;) {
    if (await Promise.resolve().then(test).catch(() => false)) return;
    await new Promise(r => setTimeout(r, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}
