#!/usr/bin/env bash
# corpus.sh NEMCON: the exports of `tests/vectors/audit` are made again byte by byte, and `nemcon audit` and the
# verifier in `independent/` come to the verdict on each that the INDEX there has.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: corpus.sh NEMCON" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon=$(realpath "$1")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1
python3 -m play.corpus --check ../vectors/audit
python3 -m play.corpus --nemcon "$nemcon" ../vectors/audit
