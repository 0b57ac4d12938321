#!/usr/bin/env bash
# Tests the desk in a headless Chromium against a real test network.
#
#   run.sh NEMCON [FILE...]     the program that is tested; by default every test of this folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[[ $# -ge 1 ]] || { echo "usage: run.sh NEMCON [FILE...]" >&2; exit 2; }
NEMCON=$(realpath "$1")
shift
export NEMCON

command -v node >/dev/null || { echo "run.sh needs node 20 or newer" >&2; exit 2; }
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
[[ -n $CHROMIUM ]] || { echo "run.sh needs chromium (apt-get install chromium)" >&2; exit 2; }
export CHROMIUM

command -v softhsm2-util >/dev/null || { echo "run.sh needs SoftHSM 2 (apt-get install softhsm2)" >&2; exit 2; }
for module in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/softhsm /usr/lib64/pkcs11; do
  [[ -n ${NEMCON_PKCS11_MODULE:-} || ! -e $module/libsofthsm2.so ]] || NEMCON_PKCS11_MODULE=$module/libsofthsm2.so
done
[[ -n ${NEMCON_PKCS11_MODULE:-} ]] || { echo "run.sh finds no libsofthsm2.so (apt-get install softhsm2)" >&2; exit 2; }
export NEMCON_PKCS11_MODULE

DESK_MODULES=$(mktemp -d)
export DESK_MODULES
trap 'rm -rf "$DESK_MODULES"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$DESK_MODULES"
(cd "$DESK_MODULES" && npm ci --silent --ignore-scripts --no-audit --no-fund)

files=("$@")
[[ ${#files[@]} -gt 0 ]] || files=("$here"/*.test.js)
# One after the other: each has a network of its own, and the machine is small.
node --test --test-concurrency=1 --test-reporter=spec "${files[@]}"
