#!/usr/bin/env bash
# Takes a picture of every page of the desk: phone, laptop and wall, light and dark.
#
#   screenshots.sh NEMCON FOLDER [MEMBERS]     PLACES="today measure" takes these alone
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/desk" && pwd)

[[ $# -ge 2 ]] || { echo "usage: screenshots.sh NEMCON FOLDER [MEMBERS]" >&2; exit 2; }
NEMCON=$(realpath "$1")
folder=$(realpath -m "$2")
export NEMCON

DESK_MODULES=$(mktemp -d)
export DESK_MODULES
trap 'rm -rf "$DESK_MODULES"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$DESK_MODULES"
(cd "$DESK_MODULES" && npm ci --silent --ignore-scripts --no-audit --no-fund)

node "$here/pictures.js" "$folder" "${3:-9}"
