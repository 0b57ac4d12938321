#!/usr/bin/env bash
# Every command has a manual page and is completed: tests/packages/pages.sh FOLDER, where the programs are.
set -euo pipefail
programs=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$programs/nemcon" man --out "$work/man" --date 2026-11-30 >/dev/null
for page in "$work/man"/*.1; do
  # `man` sets spaces as it likes: what remains are warnings on meaning.
  mandoc -T lint -W warning "$page" >"$work/lint" || true
  if grep -v 'skipping paragraph macro' "$work/lint"; then
    echo "packages: mandoc warns of $page" >&2
    exit 1
  fi
done
pages=$(find "$work/man" -name '*.1' | wc -l)
[[ $pages -gt 100 ]]
[[ "$(stat -c %a "$work/man/nemcon.1")" == 644 ]]

for program in nemcon nemcon-audit; do
  for shell in bash zsh fish elvish powershell; do
    "$programs/$program" completions "$shell" >"$work/$program.$shell"
  done
  bash -n "$work/$program.bash"
  if command -v zsh >/dev/null; then zsh -n "$work/$program.zsh"; fi
  if command -v fish >/dev/null; then fish -n "$work/$program.fish"; fi
done

# completed WORDS...: what bash offers for the last word.
completed() {
  bash -c '
    set -u
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _nemcon nemcon "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$work/nemcon.bash" "$@"
}
[[ "$(completed nemcon bal)" == ballot ]]
[[ "$(completed nemcon ballot ca)" == cast ]]
[[ "$(completed nemcon audit --pre)" == --predecessor ]]
echo "packages: $pages manual pages and the completions are sound"
