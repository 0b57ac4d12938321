#!/usr/bin/env bash
# What can be said of the container file without a registry: its images are pinned, it runs as nobody in particular and without
# a shell, its folders are there, and its commands are commands of the program: container.sh FOLDER, where the programs are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
programs=$1
file=packaging/Containerfile
fail() { printf '%s\n' "packages: $file: $*" >&2; exit 1; }

while read -r _ image _; do
  [[ $image =~ :[0-9]+\.[0-9]+[a-z0-9.-]*$ ]] || fail "$image is no version"
done < <(grep '^FROM ' "$file")
rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
grep -q "^FROM docker.io/library/rust:$rust-" "$file" || fail "it builds with another Rust than $rust"
grep -qE '^USER [1-9][0-9]*:[1-9][0-9]*$' "$file" || fail "it runs as root, or as a user that needs a name"
# The second stage has no RUN, and what it starts is a list of words: no shell is needed.
scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
sed -n '/^FROM .*debian/,$p' "$file" >"$scratch"
if grep -q '^RUN ' "$scratch"; then fail "the image that runs needs a shell"; fi
while read -r word rest; do
  [[ $rest == *'["'* ]] || fail "$word starts a shell"
done < <(grep -E '^(ENTRYPOINT|CMD|HEALTHCHECK)' "$scratch")
# What it copies from the tree is there.
grep -q '^COPY --from=build /nemcon/LICENSE' "$scratch"
[[ -s LICENSE && -s .containerignore ]]

# The steps of the image that runs, by hand: its user in a folder of its own, the program and nothing else.
words() { sed -n "s/^$1.*\(\[.*\]\)\$/\1/p" "$scratch" | python3 -c 'import json, sys; print(*json.loads(sys.stdin.read()), sep="\n")'; }
mapfile -t health < <(words HEALTHCHECK)
mapfile -t command < <(words CMD)
for line in "${health[*]}" "/usr/bin/nemcon ${command[*]}"; do
  # shellcheck disable=SC2086 # the words of a call
  set -- ${line#/usr/bin/nemcon }
  said=$("$programs/nemcon" "$@" 2>&1) && fail "without a node: $line succeeds"
  [[ $said == *"node.toml"* ]] || fail "$line: $said"
done
echo "packages: the container file is sound as far as can be told without a registry"
