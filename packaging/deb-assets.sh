#!/usr/bin/env bash
# Writes the manual pages and completions of a built program, which `cargo deb` packs: packaging/deb-assets.sh BINARY
# They go to target/deb, where the assets of cli/Cargo.toml look for them.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: packaging/deb-assets.sh BINARY" >&2; exit 2; }
binary=$(realpath "$1")
cd "$(dirname "$0")/.."
rm -rf target/deb
mkdir -p target/deb/completions target/deb/man
"$binary" completions bash >target/deb/completions/cwfilter
"$binary" completions zsh >target/deb/completions/_cwfilter
"$binary" completions fish >target/deb/completions/cwfilter.fish
"$binary" man --output target/deb/man >/dev/null
