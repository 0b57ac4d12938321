#!/usr/bin/env bash
# run.sh EXPORT_DIR DIGEST: the verifier accepts the export, and refuses everything that is near it.
set -euo pipefail
[[ $# -eq 2 ]] || { echo "usage: run.sh EXPORT_DIR DIGEST" >&2; exit 2; }
# shellcheck source=tests/interop/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

digest=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build_verifier "$scratch/verify"
cp -r "$1" "$scratch/export"
cd "$scratch/export"

accepted() {
  local status=0
  "$scratch/verify" --council "$digest" . >"$scratch/said" 2>&1 || status=$?
  [[ $status -eq 0 ]] || { cat "$scratch/said"; echo "interop: $1: not accepted" >&2; exit 1; }
}

# refused WHAT REASON [OPTION...]: exit status 1, with a reason that matches.
refused() {
  local status=0 what=$1 reason=$2
  shift 2
  [[ $# -gt 0 ]] || set -- --council "$digest"
  "$scratch/verify" "$@" . >"$scratch/said" 2>&1 || status=$?
  if [[ $status -ne 1 ]] || ! grep -Eq "^not verified: .*($reason)" "$scratch/said"; then
    cat "$scratch/said"
    echo "interop: $what: status $status, wanted a refusal that says: $reason" >&2
    exit 1
  fi
}

accepted "the export as it is"
cat "$scratch/said"

# Cosignatures are the lines whose 76 bytes make 104 characters of base64.
mapfile -t cosigned < <(awk '/^— / && length($3) == 104 { print NR }' checkpoint)
witnesses=$(grep -c '^witness ' finality.policy)
[[ ${#cosigned[@]} -eq $witnesses && $witnesses -gt 0 ]] ||
  { echo "interop: ${#cosigned[@]} cosignatures, $witnesses witnesses" >&2; exit 1; }
cp checkpoint "$scratch/checkpoint"
for line in "${cosigned[@]}"; do
  sed "${line}d" "$scratch/checkpoint" >checkpoint
  refused "checkpoint without line $line" "quorum .* is not met"
done
echo "refused: $((witnesses - 1)) of $witnesses cosignatures, each of $witnesses ways"

sed '/^quorum/d; s/^group \([^ ]*\) all/group \1 any/' finality.policy >"$scratch/any.policy"
cp finality.policy "$scratch/finality.policy"
{ cat "$scratch/any.policy"; grep '^quorum' "$scratch/finality.policy"; } >finality.policy
refused "a policy that asks for one" "finality.policy is not that of the roster"
cp "$scratch/finality.policy" finality.policy
cp "$scratch/checkpoint" checkpoint
echo "refused: an export whose own policy asks for fewer"

flips=0
for line in 1 2 3; do
  flip checkpoint "$(head -n $((line - 1)) checkpoint | wc -c)"
  refused "checkpoint, line $line" "checkpoint"
  cp "$scratch/checkpoint" checkpoint
  flips=$((flips + 1))
done
while read -r file; do
  size=$(stat -c %s "$file")
  for offset in 0 1 $((size / 3)) $((size / 2)) $((size - 1)); do
    flip "$file" "$offset"
    refused "$file, byte $offset" "hash to|ends within|goes on after"
    flip "$file" "$offset"
    flips=$((flips + 1))
  done
  mv "$file" "$scratch/moved"
  refused "$file missing" "no such file"
  mv "$scratch/moved" "$file"
done < <(find tile -type f | sort)
echo "refused: $flips flipped bytes, every tile missing"

for file in genesis advance.policy keys; do
  for offset in 0 $(($(stat -c %s "$file") / 2)) $(($(stat -c %s "$file") - 1)); do
    flip "$file" "$offset"
    refused "$file, byte $offset" "$file"
    flip "$file" "$offset"
  done
done
mv keys "$scratch/keys"
refused "keys missing" "keys: no such file"
sed '$d' "$scratch/keys" >keys
refused "keys without the last one" "keys: not the keys"
mv "$scratch/keys" keys
ln -s "$PWD/genesis" "$scratch/link"
mv genesis "$scratch/genesis"
ln -s "$scratch/genesis" genesis
refused "a link" "genesis: a link"
mv "$scratch/genesis" genesis
refused "another council" "is of council" --council "$(printf '%064d' 0)"
echo "refused: 9 flipped bytes of genesis, policy and keys, keys missing and a key less, a link, another council's digest"

touch tile/0/stray
accepted "with a file that belongs to no export"
grep -q "^files that belong to no export: 1$" "$scratch/said" || { cat "$scratch/said"; exit 1; }
rm tile/0/stray

printf '%s\n' "nemcon/v1 public-export" \
  "The records that are not public are withheld: in the entry bundles they have the length 0." >public
status=0
"$scratch/verify" --council "$digest" . >"$scratch/said" 2>&1 || status=$?
[[ $status -eq 4 ]] || { cat "$scratch/said"; echo "interop: a public export: status $status" >&2; exit 1; }
flip public 30
refused "another file public" "public: not the text"
rm public
echo "as far as it is public: an export that says that it is a public one"

accepted "the export put back"
