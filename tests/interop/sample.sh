#!/usr/bin/env bash
# sample.sh: the verifier and OpenSSL on an export that no code of nemcon's wrote, and the verifier
# on such exports with a wrong ballot under right seals.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/lib.sh
source "$here/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$here" && offline_go vet ./... && offline_go test -count=1 ./...)
digest=$("$here/sample.py" "$scratch/sample")
"$here/run.sh" "$scratch/sample" "$digest"
"$here/openssl.sh" "$scratch/sample"

# flawed FLAW REASON
flawed() {
  local status=0
  "$scratch/verify" --council "$(cat "$scratch/$1.digest")" "$scratch/$1" >"$scratch/said" 2>&1 ||
    status=$?
  if [[ $status -ne 1 ]] || ! grep -Eq "^not verified: record [0-9]+: $2" "$scratch/said"; then
    cat "$scratch/said"
    echo "sample: $1: status $status, wanted a refusal that says: $2" >&2
    exit 1
  fi
}

build_verifier "$scratch/verify"
flaws=(one-of-two twice-the-same one-too-many another-member another-text another-council no-member
  unsigned roster-unchanged withheld)
# Each signature is a process of OpenSSL's; the samples know nothing of each other.
printf '%s\n' "${flaws[@]}" | xargs -P "$(nproc)" -I FLAW \
  sh -c '"$1" "$2/$3" "$3" >"$2/$3.digest"' sample "$here/sample.py" "$scratch" FLAW
flawed one-of-two "ballot of M00: 1 officers of M00 sign in their order, 2 are due"
flawed twice-the-same "ballot of M00: 1 officers of M00 sign in their order, 2 are due"
flawed one-too-many "ballot of M00: 3 signature lines, 2 are due"
flawed another-member "ballot of M00: 0 officers of M00 sign in their order, 2 are due"
flawed another-text "ballot of M00: invalid signature"
flawed another-council "ballot of M00: it is of another council"
flawed no-member "ballot of CH: 0 officers of CH sign in their order, 1 are due"
flawed unsigned "it is no signed note"
flawed roster-unchanged "block 4 has the roster"
echo "refused: 8 exports with one wrong ballot under right seals, one with a roster that did not change"

status=0
"$scratch/verify" --council "$(cat "$scratch/withheld.digest")" "$scratch/withheld" >"$scratch/said" || status=$?
if [[ $status -ne 4 ]] || ! grep -q "^verified as far as it is public: " "$scratch/said"; then
  cat "$scratch/said"
  echo "sample: withheld: status $status" >&2
  exit 1
fi
tail -n 1 "$scratch/said"
