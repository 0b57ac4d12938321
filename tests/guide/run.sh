#!/usr/bin/env bash
# run.sh NEMCON [PAGE...]: runs every command of docs/guide and compares what it prints with what the page shows.
# run.sh NEMCON --write [PAGE...]: writes what was printed into the pages.
set -euo pipefail
exec python3 -u "$(dirname "${BASH_SOURCE[0]}")/run.py" "$@"
