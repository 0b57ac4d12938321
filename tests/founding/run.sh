#!/usr/bin/env bash
# run.sh NEMCON: 27 delegations and a secretariat found a council, each in a folder of its own, from keys to the
# certificate of a first decision, and an audit. Every command is printed with its seconds, and at the end what one
# person had to give: by the clock, with five seconds to type each command, in less than ten minutes.
set -euo pipefail
nemcon=$(realpath "${1:?usage: run.sh NEMCON}")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

SECONDS_TO_TYPE=5
SECONDS_MAX=600
origin=nemcon.example/eu-council

work=$(mktemp -d)
pids=()
# A command of a delegation must not find the settings of whoever runs this.
export XDG_CONFIG_HOME=$work/config
unset NEMCON_PROFILE
cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "founding: $*" >&2
  exit 1
}

# Of each person: how many commands it gave, and how many milliseconds they took.
declare -A commands milliseconds

now_ms() {
  local time=$EPOCHREALTIME
  echo $((10#${time/[.,]/} / 1000))
}

# count WHO MILLISECONDS WORDS: prints a command that somebody gave.
count() {
  commands[$1]=$((${commands[$1]:-0} + 1))
  milliseconds[$1]=$((${milliseconds[$1]:-0} + $2))
  printf '%-12s %3d.%03d s  nemcon %s\n' "$1" $(($2 / 1000)) $(($2 % 1000)) "$3"
}

# as WHO COMMAND...: gives a command in WHO's folder, or in the one below it that folder names; its output is in the file said.
as() {
  local who=$1 from
  shift
  from=$(now_ms)
  (cd "$work/$who/${folder:-.}" && "$nemcon" "$@") >"$work/said" 2>&1 || {
    cat "$work/said" >&2
    fail "$who: nemcon $* failed"
  }
  from=$(($(now_ms) - from))
  local words=$*
  count "$who" $from "${words//"${fingerprint:-WORDS}"/WORDS}"
}

# The last word of the line of the file said that begins with these words.
last_word() {
  awk -v begins="$1" 'index($0, begins) == 1 { word = $NF } END { print word }' "$work/said"
}

# The delegations in protocol order: code, weight, name.
mapfile -t seats < <(awk -F'"' '
  /^\[/ { member = ($0 == "[[member]]") }
  member && /^code/ { code = $2 }
  member && /^name/ { name = $2 }
  member && /^weight/ { split($0, words, / *= */); weight = words[2]; sub(/#.*/, "", weight); gsub(/[^0-9]/, "", weight) }
  member && code && name && weight { print code, weight, name; code = name = weight = "" }
' "$root/charters/eu-members.toml")
[[ ${#seats[@]} -eq 27 ]] || fail "${#seats[@]} delegations in charters/eu-members.toml"
codes=()
for seat in "${seats[@]}"; do codes+=("${seat%% *}"); done
order=$(IFS=,; echo "${codes[*]}")

# Two free ports for each: all are held at once, so that no two are the same.
mapfile -t ports < <(python3 -c '
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in held:
    one.bind(("127.0.0.1", 0))
for one in held:
    print(one.getsockname()[1])
' $((2 * ${#codes[@]})))

secretariat=secretariat
mkdir -p "$work/$secretariat/cards"

echo "── keys and cards, at each desk ──"
at=0
for seat in "${seats[@]}"; do
  read -r code weight name <<<"$seat"
  mkdir -p "$work/$code/node"
  as "$code" key new --no-passphrase --as "$code" --name "$name" --weight "$weight" --all keys
  as "$code" card new --keys keys --origin "$origin" --as "$code" --address "127.0.0.1:${ports[at]}" --yes
  cp "$work/$code/keys/$code.card" "$work/$secretariat/cards/"
  at=$((at + 2))
done

echo "── the text that all sign, at the secretariat's desk ──"
as $secretariat charter init eu-council
as $secretariat card check cards
as $secretariat genesis assemble cards --charter charter.toml --order "$order" --out genesis
as $secretariat genesis fingerprint genesis --json
fingerprint=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["fingerprint"])' <"$work/said")
# In another order the cards found the same council.
(cd "$work/$secretariat" &&
  "$nemcon" genesis assemble $(printf 'cards/%s.card\n' "${codes[@]}" | sort -r) --charter charter.toml \
    --order "$order" --out again >/dev/null && cmp genesis again)

echo "── read, heard and signed, at each desk ──"
for code in "${codes[@]}"; do
  cp "$work/$secretariat/genesis" "$work/$code/"
  as "$code" genesis check genesis --card "keys/$code.card" --as "$code" --fingerprint "$fingerprint"
  as "$code" genesis sign genesis --card "keys/$code.card" --as "$code" --fingerprint "$fingerprint" \
    --key keys/officer-desk.key --yes
  cp "$work/$code/genesis" "$work/$secretariat/genesis.$code"
done

echo "── one file of 27, at the secretariat's desk ──"
as $secretariat genesis merge $(printf 'genesis.%s ' "${codes[@]}") --out genesis.signed
as $secretariat genesis verify genesis.signed --fingerprint "$fingerprint"
council=$(last_word "council ")

echo "── the nodes ──"
at=0
for code in "${codes[@]}"; do
  cp "$work/$secretariat/genesis.signed" "$work/$code/node/genesis"
  cp -r "$work/$secretariat/cards" "$work/$code/"
  cp "$work/$code/keys/node.key" "$work/$code/keys/seal.key" "$work/$code/node/"
  as "$code" genesis configure node/genesis cards --as "$code" --fingerprint "$fingerprint" \
    --listen "127.0.0.1:${ports[at]}" --http "127.0.0.1:${ports[at + 1]}" --out node/node.toml
  as "$code" node init --config node/node.toml
  at=$((at + 2))
done
declare -A started
for code in "${codes[@]}"; do
  started[$code]=$(now_ms)
  mkfifo "$work/$code/log"
  NO_COLOR=1 "$nemcon" node run --config "$work/$code/node/node.toml" >"$work/$code/log" 2>&1 &
  pids+=($!)
  exec {log}<"$work/$code/log"
  # The node says that it runs; what it says afterwards is read on into a file.
  until [[ ${line:-} == *" running "* ]]; do
    IFS= read -r -t 60 line <&"$log" || fail "$code: the node did not start: ${line:-}"
    printf '%s\n' "$line" >>"$work/$code/node.log"
  done
  cat <&"$log" >>"$work/$code/node.log" &
  pids+=($!)
  exec {log}<&-
  line=
  count "$code" $(($(now_ms) - started[$code])) "node run --config node/node.toml"
done

echo "── the first decision ──"
first=${codes[0]}
at=(--config node/node.toml --key keys/officer-desk.key)
as "$first" measure table "$root/examples/toolbox/2018-conclusions.toml" --yes "${at[@]}"
for code in "${codes[@]}"; do
  as "$code" measure show 1 --json --config node/node.toml
  text=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["text_hash"])' <"$work/said")
  # The last receipt is written once all 27 have sealed the decision.
  as "$code" ballot cast 1 in-favour --yes --text "$text" --receipt receipt "${at[@]}"
done
folder=node as "$first" certificate 1 --out ../decision.nemcon
folder=node as "$first" log export ../export
cp -r "$work/$first/decision.nemcon" "$work/$first/export" "$work/$secretariat/"
as $secretariat verify decision.nemcon --fingerprint "$fingerprint"
as $secretariat audit export --fingerprint "$fingerprint"
grep -qi "verified" "$work/said" || fail "the audit does not say that it verified"

echo "── what it took ──"
worst=0
for who in "$secretariat" "${codes[@]}"; do
  seconds=$((${milliseconds[$who]} / 1000 + ${commands[$who]} * SECONDS_TO_TYPE))
  [[ $seconds -le $worst ]] || { worst=$seconds; slowest=$who; }
  [[ $who != "$secretariat" && $who != "$first" && $who != "${codes[1]}" ]] ||
    echo "$who: ${commands[$who]} commands, $((${milliseconds[$who]} / 1000)) s of waiting; with $SECONDS_TO_TYPE s to type each: $seconds s"
done
# The decision needs one after the other: keys, text, signatures, nodes, ballots. Delegations do theirs at the same time.
total=$((worst + ${milliseconds[$secretariat]} / 1000 + ${commands[$secretariat]} * SECONDS_TO_TYPE))
echo "the slowest delegation is $slowest; with the secretariat's part between: $total s of at most $SECONDS_MAX s"
[[ $total -lt $SECONDS_MAX ]] || fail "a founding takes a person $total s"
echo "founded: council $council, 27 members, one decision, certified and audited"
