#!/usr/bin/env bash
# Prints the Homebrew formula of a release: packaging/homebrew/formula.sh VERSION HOMEPAGE FOLDER
# FOLDER holds the archives' .sha256 files. HOMEPAGE is the address of the repository.
set -euo pipefail
[ $# -eq 3 ] || { echo "usage: packaging/homebrew/formula.sh VERSION HOMEPAGE FOLDER" >&2; exit 2; }
version=$1 homepage=$2 folder=$3
formula=$(cat "$(dirname "$0")/cwfilter.rb.in")
for target in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-musl x86_64-unknown-linux-musl; do
    sum=$folder/cwfilter-$target.tar.gz.sha256
    [ -f "$sum" ] || { echo "formula.sh: no file $sum" >&2; exit 2; }
    read -r digest _ <"$sum"
    formula=${formula//@$target@/$digest}
done
formula=${formula//@VERSION@/$version}
printf '%s\n' "${formula//@HOMEPAGE@/$homepage}"
