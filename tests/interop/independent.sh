#!/usr/bin/env bash
# independent.sh EXPORT_DIR DIGEST: the verifier in Python accepts the export, and refuses what is near it.
set -euo pipefail
[[ $# -eq 2 ]] || { echo "usage: independent.sh EXPORT_DIR DIGEST" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/lib.sh
source "$here/lib.sh"

digest=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$1" "$scratch/export"
cd "$scratch/export"
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

# verdict STATUS WHAT REASON [DIGEST]: the exit status, and words that match.
verdict() {
  local status=0
  python3 -m independent --council "${4:-$digest}" . >"$scratch/said" 2>&1 || status=$?
  if [[ $status -ne $1 ]] || ! grep -Eq "$3" "$scratch/said"; then
    cat "$scratch/said"
    echo "independent: $2: status $status, wanted $1 and: $3" >&2
    exit 1
  fi
}

python3 -m independent.test_vectors 2>"$scratch/said" || { cat "$scratch/said"; exit 1; }
verdict 0 "the export as it is" "^VERIFIED$"
cat "$scratch/said"

flips=0
while read -r file; do
  size=$(stat -c %s "$file")
  for offset in 0 $((size / 2)) $((size - 1)); do
    flip "$file" "$offset"
    verdict 1 "$file, byte $offset" "^NOT VERIFIED: "
    flip "$file" "$offset"
    flips=$((flips + 1))
  done
  mv "$file" "$scratch/moved"
  verdict 1 "$file missing" "no such file"
  mv "$scratch/moved" "$file"
done < <(find . -type f | sort)
echo "refused: $flips flipped bytes, every file missing"

cp checkpoint "$scratch/checkpoint"
sed '$d' "$scratch/checkpoint" >checkpoint
verdict 1 "a seal less" "no seal of"
cp "$scratch/checkpoint" checkpoint
sed 's/^quorum every-member$/quorum any/' finality.policy >"$scratch/policy"
cp finality.policy "$scratch/finality.policy"
cp "$scratch/policy" finality.policy
verdict 1 "another policy" "finality.policy"
cp "$scratch/finality.policy" finality.policy
ln -s genesis "$scratch/link"
mv genesis "$scratch/genesis"
ln -s "$scratch/genesis" genesis
verdict 1 "a link" "a link"
mv "$scratch/genesis" genesis
verdict 1 "another council" "genesis: of council" "$(printf '%064d' 0)"
verdict 2 "no digest" "no council digest" x
echo "refused: a seal less, another policy, a link, another council"

verdict 0 "the export put back" "^VERIFIED$"
