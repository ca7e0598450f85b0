#!/usr/bin/env node
// Starts the restage binary of this platform, which npm has installed beside
// this package, with the same arguments, streams and exit status.
'use strict';
const { spawn } = require('child_process');

const name = `@restage/${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/restage${process.platform === 'win32' ? '.exe' : ''}`);
} catch {
  console.error(`restage: the package ${name} is not installed. Either restage is not built for this platform, or optional dependencies were left out (npm install --include=optional).`);
  process.exit(2);
}
const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', error => {
  console.error(`restage: cannot start ${program}: ${error.message}`);
  process.exit(2);
});
child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code)));
