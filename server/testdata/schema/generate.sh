#!/bin/sh
# Writes schema.json from wire.ts. It needs npm; the tests need only the result.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp wire.ts package.json tsconfig.json "$tmp"
(cd "$tmp" && npm install --silent --no-audit --no-fund --no-package-lock &&
	npx ts-json-schema-generator --path wire.ts --tsconfig tsconfig.json --type Wire --no-ref-encode -o raw.json)
# The descriptions are not needed.
node -e '
const fs = require("fs");
const strip = x => Array.isArray(x) ? x.map(strip) : x && typeof x === "object"
  ? Object.fromEntries(Object.entries(x).filter(([k, v]) => k !== "description" || typeof v === "object").map(([k, v]) => [k, strip(v)])) : x;
fs.writeFileSync("schema.json", JSON.stringify(strip(JSON.parse(fs.readFileSync(process.argv[1]))), null, 1) + "\n");
' "$tmp/raw.json"
