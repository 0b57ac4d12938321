#!/usr/bin/env bash
# outside_date.sh EXPORT_DIR: the commands of docs/audit.md, "A date from outside", date a checkpoint by a time stamp
# authority made here, and refuse an altered checkpoint, another authority, and a day on which the certificate is over.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: outside_date.sh EXPORT_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/lib.sh
source "$here/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$1/checkpoint" "$scratch/checkpoint"
cd "$scratch"

# documented N: the Nth block of commands in that section.
documented() {
  sed -n '/^## A date from outside$/,/^## /p' "$here/../../docs/audit.md" |
    awk -v wanted="$1" '/^```$/ { on = 0 } on && n == wanted { print } /^```sh$/ { on = 1; n++ }'
}

# authority NAME: a root, and a certificate that may sign time stamps and nothing else.
authority() {
  mkdir "$1"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=root of $1" \
    -keyout "$1/root.key" -out "$1/root.pem" 2>"$1/said"
  openssl req -newkey rsa:2048 -nodes -subj "/CN=time stamps of $1" \
    -keyout "$1/stamping.key" -out "$1/stamping.csr" 2>"$1/said"
  openssl x509 -req -in "$1/stamping.csr" -CA "$1/root.pem" -CAkey "$1/root.key" -CAcreateserial -days 1 \
    -extfile <(printf 'extendedKeyUsage = critical,timeStamping\nbasicConstraints = CA:false\n') \
    -out "$1/stamping.pem" 2>"$1/said"
  echo 01 >"$1/serial"
  cat >"$1/config" <<CONFIG
[tsa]
default_tsa = here
[here]
serial = $scratch/$1/serial
crypto_device = builtin
signer_cert = $scratch/$1/stamping.pem
certs = $scratch/$1/root.pem
signer_key = $scratch/$1/stamping.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
CONFIG
}

# stamp NAME: what the authority answers to the question in checkpoint.tsq.
stamp() {
  openssl ts -reply -config "$1/config" -queryfile checkpoint.tsq -out checkpoint.tsr 2>"$1/said" ||
    { cat "$1/said"; echo "outside date: no stamp" >&2; exit 1; }
}

verifies() { sh -eu "$scratch/verify" >"$scratch/said" 2>&1; }

# refused WHAT REASON: the documented commands fail, with words that match.
refused() {
  if verifies || ! grep -Eq "$2" said; then
    cat said
    echo "outside date: $1: wanted a refusal that says: $2" >&2
    exit 1
  fi
}

authority ours
authority other
documented 1 >ask
documented 2 >verify
[[ -s ask && -s verify ]] || { echo "outside date: docs/audit.md has no such commands" >&2; exit 1; }
sh -eu ask 2>said || { cat said; exit 1; }
stamp ours
cp ours/root.pem authority.pem
verifies || { cat said; echo "outside date: the stamp does not verify" >&2; exit 1; }
grep -q '^Verification: OK$' said || { cat said; exit 1; }
grep '^Time stamp: ' said

size=$(stat -c %s checkpoint)
for offset in 0 $((size / 2)) $((size - 1)); do
  flip checkpoint "$offset"
  refused "checkpoint, byte $offset" "message imprint mismatch"
  flip checkpoint "$offset"
done
cp other/root.pem authority.pem
refused "another authority" "certificate verify error"
cp ours/root.pem authority.pem
sed "s/ts -verify/& -attime $(date -d '+20 years' +%s)/" verify >later
cp verify today
cp later verify
refused "a day on which the certificate is over" "certificate has expired"
sed "s/ts -verify/& -attime $(date +%s)/" today >verify
verifies || { cat said; echo "outside date: the stamp does not verify on the day that it names" >&2; exit 1; }
cp today verify
cp checkpoint.tsr kept
stamp other
refused "a stamp by another authority" "certificate verify error"
cp kept checkpoint.tsr
verifies
echo "outside date: refused: 3 flipped bytes, another authority and its stamp, a certificate that is over"
