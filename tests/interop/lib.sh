# shellcheck shell=bash
# Shared by the scripts of this folder.

# build_verifier OUT: from the sources here and Debian's golang-golang-x-mod-dev, without network.
build_verifier() {
  local here
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  (cd "$here" && offline_go build -o "$1" .)
}

offline_go() {
  GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOPROXY=off CGO_ENABLED=0 go "$@"
}

# flip FILE OFFSET: the lowest bit of one byte; a second flip undoes it.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N1 "$1")
  printf '%b' "\\x$(printf '%02x' $((byte ^ 1)))" |
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
