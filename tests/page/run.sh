#!/usr/bin/env bash
# Tests the page that verifies: node's own tests, then a headless Chromium.
#
#   run.sh [CERTIFICATE DIGEST]...     further honest certificates, beside those of tests/vectors/certificates
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

CERTIFICATES=
while [[ $# -ge 2 ]]; do
  CERTIFICATES+="$(realpath "$1")"$'\t'"$2"$'\n'
  shift 2
done
[[ $# -eq 0 ]] || { echo "usage: run.sh [CERTIFICATE DIGEST]..." >&2; exit 2; }
export CERTIFICATES

command -v node >/dev/null || { echo "run.sh needs node 20 or newer" >&2; exit 2; }
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
[[ -n $CHROMIUM ]] || { echo "run.sh needs chromium (apt-get install chromium)" >&2; exit 2; }
export CHROMIUM

PAGE_MODULES=$(mktemp -d)
export PAGE_MODULES
trap 'rm -rf "$PAGE_MODULES"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$PAGE_MODULES"
(cd "$PAGE_MODULES" && npm ci --silent --ignore-scripts --no-audit --no-fund)

node --test --test-reporter=spec "$here"/*.test.js
node --test --test-reporter=spec "$here"/chromium.js "$here"/chromium-ledger.js
