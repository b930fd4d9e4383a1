#!/usr/bin/env bash
# Packs a built program for people: packaging/archive.sh TARGET BINARY FOLDER
# Writes FOLDER/cwfilter-TARGET.tar.gz (.zip for Windows) and its SHA-256 beside it. Prints the archive's path.
set -euo pipefail
[ $# -eq 3 ] || { echo "usage: packaging/archive.sh TARGET BINARY FOLDER" >&2; exit 2; }
target=$1 binary=$2 folder=$3
root=$(cd "$(dirname "$0")/.." && pwd)
[ -f "$binary" ] || { echo "packaging/archive.sh: no file $binary; build it first" >&2; exit 2; }

name=cwfilter-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name" "$folder"
folder=$(cd "$folder" && pwd)
case $binary in
*.exe) program=cwfilter.exe ;;
*) program=cwfilter ;;
esac
cp "$binary" "$work/$name/$program"
cp "$root/README.md" "$root/CHANGELOG.md" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$work/$name/"

# a program for this machine writes its own completions and manual pages; one for another machine comes without them
if "$binary" --version >/dev/null 2>&1; then
    mkdir -p "$work/$name/completions" "$work/$name/man"
    for shell in bash zsh fish powershell elvish; do
        "$binary" completions "$shell" >"$work/$name/completions/cwfilter.$shell"
    done
    "$binary" man --output "$work/$name/man" >/dev/null
else
    echo "packaging/archive.sh: $binary does not run here; no completions and no manual page are packed" >&2
fi

case $target in
*windows*)
    archive=$folder/$name.zip
    rm -f "$archive"
    python3 - "$work" "$name" "$archive" <<'PYTHON'
import sys, zipfile
from pathlib import Path

work, name, archive = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
    for path in sorted((work / name).rglob("*")):
        if path.is_file():
            # the first date that the format knows: the same files give the same bytes
            entry = zipfile.ZipInfo(path.relative_to(work).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            out.writestr(entry, path.read_bytes())
PYTHON
    ;;
*)
    archive=$folder/$name.tar.gz
    # the same files give the same bytes
    time=${SOURCE_DATE_EPOCH:-0}
    python3 - "$work" "$name" "$archive" "$time" <<'PYTHON'
import gzip, os, sys, tarfile

work, name, archive, time = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def plain(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = time
    entry.mode = 0o755 if entry.isdir() or os.path.basename(entry.name) == "cwfilter" else 0o644
    return entry


with open(archive, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=time) as packed:
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(os.path.join(work, name), arcname=name, filter=plain)
PYTHON
    ;;
esac
(cd "$folder" && python3 - "$(basename "$archive")" <<'PYTHON'
import hashlib, sys

name = sys.argv[1]
with open(name, "rb") as file, open(f"{name}.sha256", "w") as out:
    out.write(f"{hashlib.sha256(file.read()).hexdigest()}  {name}\n")
PYTHON
)
echo "$archive"
