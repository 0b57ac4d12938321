#!/usr/bin/env bash
# run.sh NEMCON: keys in tokens of SoftHSM 2, and signatures that OpenSSL makes elsewhere: a council is founded, ballots are
# cast and officers are replaced with them; and whatever a token, a module or a person can do wrong is told.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: run.sh NEMCON" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon=$(realpath "$1")
measure=$here/../../examples/toolbox/2017-conclusions.toml
charter=$here/../../charters/plain.toml

scratch=$(mktemp -d)
net=$scratch/net
cleanup() {
  [[ ! -e $net/testnet.toml ]] || "$nemcon" testnet down --dir "$net" >"$scratch/down" 2>&1 || cat "$scratch/down" >&2
  rm -rf "$scratch"
}
trap cleanup EXIT
umask 077

fail() {
  echo "tokens: $*" >&2
  exit 1
}

# says STATUS PATTERN COMMAND...: the exit status, and words that match, of a command that nobody can answer.
says() {
  local wanted=$1 pattern=$2 status=0
  shift 2
  "$@" >"$scratch/said" 2>&1 </dev/null || status=$?
  if [[ $status -ne $wanted ]] || ! grep -Eq -- "$pattern" "$scratch/said"; then
    cat "$scratch/said" >&2
    fail "status $status, wanted $wanted and words that match: $pattern: $*"
  fi
}

# field NAME: of the JSON on standard input.
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

module=
for place in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/softhsm /usr/lib64/pkcs11; do
  [[ -n $module || ! -e $place/libsofthsm2.so ]] || module=$place/libsofthsm2.so
done
if [[ -z $module ]] || ! command -v softhsm2-util >/dev/null; then fail "SoftHSM 2 is not installed (Debian: softhsm2)"; fi
mkdir "$scratch/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$scratch/tokens" >"$scratch/softhsm2.conf"
export SOFTHSM2_CONF=$scratch/softhsm2.conf XDG_CONFIG_HOME=$scratch/config
export NEMCON_PKCS11_MODULE=$module
token() { softhsm2-util --init-token --free --label "$1" --pin 123456 --so-pin 87654321 >"$scratch/init"; }
token Danmark
token Sverige
echo 123456 >"$scratch/pin"
echo 654321 >"$scratch/wrong"
echo 12 >"$scratch/short"
desk='pkcs11:token=Danmark;object=desk'

# --- a key that a token makes
make=("$nemcon" key new --role officer --pkcs11)
says 2 "no such token is there.*token Danmark" "${make[@]}" 'pkcs11:token=Norge;object=desk' --passphrase-file "$scratch/pin"
says 2 "2 tokens match" "${make[@]}" 'pkcs11:object=desk' --passphrase-file "$scratch/pin"
says 2 "nobody is there to be asked for the PIN of the token Danmark" "${make[@]}" "$desk"
says 1 "PIN of the token Danmark .* is wrong; the token says that few tries are left" "${make[@]}" "$desk" --passphrase-file "$scratch/wrong"
says 2 "from 4 to 255 bytes; it was not tried" "${make[@]}" "$desk" --passphrase-file "$scratch/short"
says 2 "a seal key is no key in a token" "$nemcon" key new --role seal --pkcs11 "$desk" --passphrase-file "$scratch/pin"
says 0 "^no Ed25519 key is shown" "$nemcon" key list --pkcs11
says 0 "does not leave the token" "${make[@]}" "$desk" --passphrase-file "$scratch/pin"
says 1 "a key of this label is there already" "${make[@]}" "$desk" --passphrase-file "$scratch/pin"
says 0 "token=Danmark;.*object=desk" "$nemcon" key list --pkcs11
says 0 "wants its PIN before it signs" "$nemcon" key show "$desk"
public=$("$nemcon" key show "$desk" --json | field public)
# The tool ends with a status of its own at the end of a file.
for object in "$scratch"/tokens/*/*.object; do softhsm2-dump-file "$object" || true; done >"$scratch/dump"
for attribute in CKA_ALWAYS_SENSITIVE CKA_NEVER_EXTRACTABLE; do
  awk -v wanted="$attribute" '$NF == wanted { at = NR } at && NR == at + 2 && $NF == "TRUE" { found = 1 } END { exit !found }' \
    "$scratch/dump" || fail "the secret half of the key lacks $attribute"
done
echo "tokens: a key is made in a token, once, and its public half needs no PIN"

# --- what is not there, or is not one key
says 2 "no such Ed25519 key .* keys there: pkcs11:token=Danmark;.*object=desk" "$nemcon" key show 'pkcs11:token=Danmark;object=d%C3%A9sk'
says 2 "names no key" "$nemcon" key show 'pkcs11:token=Danmark'
says 2 "no attribute .objekt. here; is .object. meant" "$nemcon" key show 'pkcs11:objekt=desk'
says 2 "pin-value. is not taken" "$nemcon" key show "$desk?pin-value=4711"
if grep -q 4711 "$scratch/said"; then fail "a PIN in the arguments is repeated"; fi
says 2 "there is no such file" "$nemcon" key show "$desk" --pkcs11-module "$scratch/gone.so"
says 2 "cannot be used: .*invalid ELF header|file too short" "$nemcon" key show "$desk?module-path=$scratch/pin"
says 0 "^public " env -u NEMCON_PKCS11_MODULE "$nemcon" key show "$desk"

# --- a council is founded with it
founding=$scratch/founding
mkdir "$founding"
cp "$charter" "$founding/charter.toml"
printf 'origin = "nemcon.example/tokens"\ncharter = "charter.toml"\n' >"$founding/plan.toml"
for code in AA BB; do
  "$nemcon" key new --all "$founding/$code" --as $code --no-passphrase >"$scratch/said"
done
was=$("$nemcon" key show "$founding/AA/officer-desk.key" --json | field public)
sed -i "s|$was|$public|" "$founding/AA/AA.toml"
says 0 "council" "$nemcon" genesis assemble "$founding/plan.toml" "$founding/AA/AA.toml" "$founding/BB/BB.toml" --out "$founding/genesis"
council=$("$nemcon" genesis show "$founding/genesis" --json | field council)
sign=("$nemcon" genesis sign "$founding/genesis" --yes --council "$council")
cp "$founding/genesis" "$founding/before"
says 1 "PIN of the token Danmark .* is wrong" "${sign[@]}" --as AA --key "$desk" --passphrase-file "$scratch/wrong"
says 1 "is no officer key of BB" "${sign[@]}" --as BB --key "$desk" --passphrase-file "$scratch/pin"
cmp "$founding/genesis" "$founding/before" || fail "a refused signature has changed the genesis"
says 0 "signed by AA \(desk\)" "${sign[@]}" --as AA --key "$desk" --passphrase-file "$scratch/pin"
says 0 "signed by BB" "${sign[@]}" --as BB --key "$founding/BB/officer-desk.key"
says 0 "^verified" "$nemcon" genesis verify "$founding/genesis" --council "$council"
echo "tokens: a council is founded with a key in a token"

# --- officers are replaced: one has a token, one signs elsewhere, with OpenSSL
says 0 "" "$nemcon" testnet up --dir "$net" --members 4
at=(--dir "$net" --as DK)
council=$(sed -n 's/^council = "\(.*\)"$/\1/p' "$net/testnet.toml")
openssl genpkey -algorithm ed25519 -out "$scratch/remote.pem" 2>/dev/null
"$nemcon" key import "$scratch/remote.pem" --role officer --no-passphrase --out "$scratch/remote.key" >"$scratch/said"
remote=$("$nemcon" key show "$scratch/remote.key" --json | field public)
printf 'signatures = 1\n[[officer]]\nlabel = "card"\nkey = "%s"\n[[officer]]\nlabel = "remote"\nkey = "%s"\n' "$public" "$remote" >"$scratch/officers.toml"
keys=$scratch/keys
says 0 "" "$nemcon" key officers "$scratch/officers.toml" "${at[@]}" --prepare "$keys"
known=(--genesis "$net/genesis" --council "$council")
yes=(--yes --text "$(sha256sum "$keys" | cut -d' ' -f1)")
says 0 "must sign still" "$nemcon" statement sign "$keys" "${known[@]}" "${yes[@]}" --key "$net/members/DK/recovery.key" -o "$scratch/keys-1"
says 0 "must sign still: DK/remote" "$nemcon" statement sign "$scratch/keys-1" "${known[@]}" "${yes[@]}" --key "$desk" \
  --passphrase-file "$scratch/pin" -o "$scratch/keys-2"

bytes=("$nemcon" statement bytes "$scratch/keys-2" "${known[@]}")
says 0 "DENMARK|DK" "${bytes[@]}" -o "$scratch/bytes"
for shown in "── " "must sign still: DK/remote"; do
  grep -q "$shown" "$scratch/said" || fail "the bytes are written without a word on what they say"
done
cmp "$scratch/bytes" "$keys" || fail "the bytes are not those of the text"
"${bytes[@]}" 2>"$scratch/shown" | cmp - "$keys"
grep -q "label card\|officer card\|card " "$scratch/shown" || fail "the text is not shown beside the bytes"
[[ $("${bytes[@]}" --hex 2>"$scratch/shown") == "$(xxd -p "$keys" | tr -d '\n')" ]] || fail "the bytes in hexadecimal differ"
says 2 "already" "${bytes[@]}" -o "$scratch/bytes"
if "${bytes[@]}" >/dev/full 2>"$scratch/shown"; then fail "a full disk is not noticed"; fi
if "${bytes[@]}" >"$scratch/unread" 2>/dev/full; then fail "bytes are given out that nobody could read"; fi
[[ ! -s $scratch/unread ]] || fail "bytes are given out that nobody could read"

openssl pkeyutl -sign -rawin -inkey "$scratch/remote.pem" -in "$scratch/bytes" -out "$scratch/signature"
xxd -p "$scratch/signature" >"$scratch/signature.hex"
openssl base64 -in "$scratch/signature" -out "$scratch/signature.base64"
attach=("$nemcon" statement attach "$scratch/keys-2" "${known[@]}" --out)
for form in "" .hex .base64; do
  says 0 "signed elsewhere with .*DK/remote" "${attach[@]}" "$scratch/attached$form" --signature "$scratch/signature$form" --officer remote
done
says 0 "all have signed" "${attach[@]}" "$scratch/attached-key" --signature "$scratch/signature" --public-key "$remote"
says 0 "all have signed" "$nemcon" statement sign "$scratch/keys-2" "${known[@]}" "${yes[@]}" --key "$scratch/remote.key" -o "$scratch/signed"
for made in attached attached.hex attached.base64 attached-key; do
  cmp "$scratch/$made" "$scratch/signed" || fail "$made is not what signing here makes"
done
openssl dgst -sha256 -binary -out "$scratch/hash" "$scratch/bytes"
openssl pkeyutl -sign -rawin -inkey "$scratch/remote.pem" -in "$scratch/hash" -out "$scratch/of-hash"
head -c 20 "$scratch/bytes" >"$scratch/part"
openssl pkeyutl -sign -rawin -inkey "$scratch/remote.pem" -in "$scratch/part" -out "$scratch/of-part"
says 1 "over their SHA-256 hash, not over the bytes themselves" "${attach[@]}" "$scratch/no" --signature "$scratch/of-hash" --officer remote
says 1 "the signature is not by" "${attach[@]}" "$scratch/no" --signature "$scratch/of-part" --officer remote
says 1 "is over this text, and by .*DK/remote, not by" "$nemcon" statement attach "$keys" "${known[@]}" --out "$scratch/no" --signature "$scratch/signature" --officer card
says 1 "has signed this already" "${attach[@]}" "$scratch/no" --signature "$scratch/signature" --officer card
says 1 "no officer nobody of DK" "${attach[@]}" "$scratch/no" --signature "$scratch/signature" --officer nobody
says 2 "it is no Ed25519 signature" "${attach[@]}" "$scratch/no" --signature "$scratch/bytes" --officer remote
says 2 "officer" "${attach[@]}" "$scratch/no" --signature "$scratch/signature"
[[ ! -e $scratch/no ]] || fail "a refused signature was written"
says 0 "ordered" "$nemcon" statement submit "$scratch/attached" "${at[@]}"
echo "tokens: officers are replaced with signatures of a token and of OpenSSL"

# --- ballots
says 0 "" "$nemcon" measure table "$measure" --dir "$net" --as BE --yes
text=$("$nemcon" measure show 1 "${at[@]}" --json | field text_hash)
cast=("$nemcon" ballot cast 1 in-favour "${at[@]}" --key "$desk")
agreed=(--yes --text "$text")
has_signed() { "$nemcon" measure show 1 "${at[@]}" --json | python3 -c '
import json, sys
sys.exit(not any(it["code"] == "DK" and it.get("position") for it in json.load(sys.stdin)["ballots"]))'; }
unsigned() { if has_signed; then fail "$1 has signed a ballot"; fi; }
says 2 "nobody is there to be asked for the PIN" "${cast[@]}" "${agreed[@]}"
says 1 "PIN of the token Danmark .* is wrong" "${cast[@]}" "${agreed[@]}" --passphrase-file "$scratch/wrong"
unsigned "a wrong PIN"

dialogue=(python3 "$here/dialogue.py")
says 1 "not signed: nothing was sent" "${dialogue[@]}" "[y/N] " n -- "${cast[@]}"
if grep -q "PIN of" "$scratch/said"; then fail "the PIN is asked for before a person agrees"; fi
says 1 "is wrong" "${dialogue[@]}" "[y/N] " y "PIN of the token Danmark" 654321 -- "${cast[@]}"
if grep -q 654321 "$scratch/said"; then fail "the PIN is shown"; fi
unsigned "a wrong PIN"
says 0 "PIN of the token Danmark .*few tries are left" "${dialogue[@]}" "[y/N] " y "PIN of" 123456 -- "${cast[@]}"
awk '/signs: IN FAVOUR/ { text = NR } /\[y\/N\]/ { asked = NR } /PIN of/ { pin = NR }
  END { exit !(text && text < asked && asked <= pin) }' "$scratch/said" || fail "text, question and PIN come in another order"
has_signed || fail "the ballot is not there"
echo "tokens: a ballot is cast: text, question, PIN"

# --- a module that does wrong
# shellcheck disable=SC2086
${CC:-cc} -shared -fPIC -w -O1 -o "$scratch/faulty.so" "$here/faulty.c" -ldl
faulty() {
  local fault=$1
  shift
  TOKEN_MODULE=$module TOKEN_FAULT=$fault "$@" --pkcs11-module "$scratch/faulty.so"
}
recast=("$nemcon" ballot cast 1 against "${at[@]}" --key "$desk" "${agreed[@]}" --passphrase-file "$scratch/pin")
says 1 "has returned a WRONG signature" faulty garbage "${recast[@]}"
says 1 "has returned a WRONG signature" faulty short "${recast[@]}"
says 2 "does not answer any more: it was removed" faulty removed "${recast[@]}"
says 2 "is locked: a wrong PIN was given too often" faulty locked "${recast[@]}"
says 2 "is locked: a wrong PIN was given too often" faulty locks "${recast[@]}"
says 1 "PIN of the token Danmark .*ONE try is left" faulty last-try "${dialogue[@]}" "[y/N] " y "PIN of" 654321 -- \
  "$nemcon" ballot cast 1 against "${at[@]}" --key "$desk?module-path=$scratch/faulty.so"
position=$("$nemcon" measure show 1 "${at[@]}" --json | python3 -c '
import json, sys
print([it["position"] for it in json.load(sys.stdin)["ballots"] if it["code"] == "DK"][0])')
[[ $position == in-favour ]] || fail "a module that does wrong has cast a ballot: $position"
says 0 "" faulty none "${cast[@]}" --again "${agreed[@]}" --passphrase-file "$scratch/pin"
echo "tokens: what a module does wrong is told, and signs nothing"

# --- a profile, a PIN that the URI names a file for, and two keys of one label
says 0 "pkcs11:token=Danmark;object=desk" "$nemcon" profile new --config "$net/members/DK/node.toml" --council "$council" --as DK \
  --key "$desk?pin-source=file:$scratch/pin" --pkcs11-module "$module"
says 0 "ordered|signed" env -u NEMCON_PKCS11_MODULE "$nemcon" ballot cast 1 in-favour --again "${agreed[@]}" --profile default
token Danmark
serial=$("$nemcon" key show "$desk" --json | field serial)
says 2 "2 tokens match" "${make[@]}" "$desk" --passphrase-file "$scratch/pin"
second=$(softhsm2-util --show-slots |
  awk -v first="$serial" '/Serial number/ { serial = $3 } /Label: *Danmark/ && serial != first { print serial }')
says 0 "does not leave" "${make[@]}" "pkcs11:token=Danmark;serial=$second;object=desk" --passphrase-file "$scratch/pin"
says 2 "2 keys match: .*serial=.*serial=" "${recast[@]}"
says 0 "^public " "$nemcon" key show "pkcs11:token=Danmark;serial=$serial;object=desk"
grep -qxF "public $public" "$scratch/said" || fail "the serial number names another key"

# --- the officers are replaced once more, with the key of another token; then the token goes
says 0 "" "${make[@]}" 'pkcs11:token=Sverige;object=desk' --passphrase-file "$scratch/pin"
next=$("$nemcon" key show 'pkcs11:token=Sverige;object=desk' --json | field public)
printf 'signatures = 1\n[[officer]]\nlabel = "next"\nkey = "%s"\n' "$next" >"$scratch/officers.toml"
says 0 "" "$nemcon" key officers "$scratch/officers.toml" "${at[@]}" --yes --key "$net/members/DK/recovery.key" \
  --key 'pkcs11:token=Sverige;object=desk' --passphrase-file "$scratch/pin"
says 1 "is no officer|does not sign" "$nemcon" ballot cast 1 against "${at[@]}" --key "pkcs11:token=Danmark;serial=$serial;object=desk" "${agreed[@]}" --passphrase-file "$scratch/pin"
last=("$nemcon" ballot cast 1 in-favour --again "${at[@]}" --key 'pkcs11:token=Sverige;object=desk' "${agreed[@]}" --passphrase-file "$scratch/pin")
says 0 "" "${last[@]}"
softhsm2-util --delete-token --token Sverige >"$scratch/said"
says 2 "no such token is there" "${last[@]}"
echo "tokens: officers are replaced with a token's key; a token that is gone is missed"
