#!/usr/bin/env bash
# reports.sh PAGE...: pages that the commands wrote with `--html` or `--format html`, in a headless Chromium with axe-core.
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: reports.sh PAGE..." >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
[[ -n $CHROMIUM ]] || { echo "reports.sh needs chromium (apt-get install chromium)" >&2; exit 2; }
PAGES=$(realpath "$@")
PAGE_MODULES=$(mktemp -d)
export CHROMIUM PAGES PAGE_MODULES
trap 'rm -rf "$PAGE_MODULES"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$PAGE_MODULES"
(cd "$PAGE_MODULES" && npm ci --silent --ignore-scripts --no-audit --no-fund)
node --test --test-reporter=spec "$here/reports.js"
