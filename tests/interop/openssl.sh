#!/usr/bin/env bash
# openssl.sh EXPORT_DIR: OpenSSL verifies a ballot of the export, and refuses it with a byte flipped.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: openssl.sh EXPORT_DIR" >&2; exit 2; }
# shellcheck source=tests/interop/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build_verifier "$scratch/verify"
"$scratch/verify" extract "$1" ballot "$scratch" >/dev/null

openssl_verifies() {
  openssl pkeyutl -verify -pubin -inkey "$scratch/key.pem" -rawin \
    -in "$scratch/text" -sigfile "$scratch/sig" >"$scratch/said" 2>&1
}

openssl_verifies || { cat "$scratch/said"; echo "openssl: the ballot does not verify" >&2; exit 1; }
echo "openssl: verifies the ballot by $(sed -n 's/^by //p' "$scratch/text")"

for file in text sig; do
  size=$(stat -c %s "$scratch/$file")
  for offset in 0 $((size / 2)) $((size - 1)); do
    flip "$scratch/$file" "$offset"
    if openssl_verifies; then
      echo "openssl: accepts $file with byte $offset flipped" >&2
      exit 1
    fi
    grep -q "Signature Verification Failure" "$scratch/said" || { cat "$scratch/said"; exit 1; }
    flip "$scratch/$file" "$offset"
  done
done
openssl_verifies
echo "openssl: refuses it with any of 6 bytes flipped"
