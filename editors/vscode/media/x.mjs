import { createRequire } from 'module'; const require = createRequire(process.env.HOME + '/.cache/restage-editors/code-server-4.139.1/'); const { chromium } = require('playwright-core');
import fs from 'fs';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] });
const p = await (await b.newContext({ viewport: { width: 256, height: 256 } })).newPage();
await p.setContent('<body style="margin:0;background:transparent">' + fs.readFileSync('icon.svg', 'utf8') + '</body>');
await p.screenshot({ path: 'icon.png', omitBackground: true }); await b.close();
