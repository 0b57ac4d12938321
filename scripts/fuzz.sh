#!/usr/bin/env bash
# Fuzzes every decoder of bytes from outside, each for so many seconds: scripts/fuzz.sh [SECONDS]
# Needs `cargo install --locked cargo-fuzz`. Stable Rust has no sanitizers: panics and broken
# promises are what it looks for. What it finds stays in tests/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
# What fuzzing adds to a corpus goes beside it: the committed one is the second, read only.
found=tests/fuzz/target/corpus
for target in tests/fuzz/targets/*.rs; do
  name=$(basename "$target" .rs)
  mkdir -p "$found/$name"
  printf '%-20s ' "$name"
  cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none "$name" "$found/$name" "tests/fuzz/corpus/$name" -- \
    -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 2>&1 |
    tee "$found/$name.log" | sed -n 's/^stat::number_of_executed_units: *\([0-9]*\)/\1 runs/p'
done
