#!/usr/bin/env bash
# corpus.sh NEMCON: the exports of `tests/vectors/audit` are made again byte by byte, and `nemcon audit` and the
# verifier in `independent/` come to the verdict on each that the INDEX there has; and to the same verdict on a public
# export that is altered at random.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: corpus.sh NEMCON" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon=$(realpath "$1")
cd "$here"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PYTHONDONTWRITEBYTECODE=1
python3 -m play.corpus --check ../vectors/audit
python3 -m play.corpus --nemcon "$nemcon" ../vectors/audit
mkdir "$scratch/public"
tar -xzf ../vectors/audit/public-export.tar.gz -C "$scratch/public"
digest=$(awk '$1 == "public-export.tar.gz" { print $2 }' ../vectors/audit/INDEX)
python3 compare.py 100 1 "$scratch/public" "$digest" "$nemcon"
