#!/usr/bin/env bash
# Puts cwfilter on the path of the steps after this one. Part of action.yml.
#   VERSION   a release, whose wheel is installed from the Python registry; empty: the sources of the action are built
# In the runner's conventions: GITHUB_PATH, RUNNER_TEMP, GITHUB_ACTION_PATH.
set -euo pipefail
bin=$RUNNER_TEMP/cwfilter/bin

if [ -n "${VERSION:-}" ]; then
    if ! [[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+([a-z0-9.+-]*)$ ]]; then
        echo "::error title=cwfilter::version: \`${VERSION//[^A-Za-z0-9._+-]/?}\` is not a version such as 0.1.0"
        exit 2
    fi
    python3 -m venv "$RUNNER_TEMP/cwfilter/venv"
    "$RUNNER_TEMP/cwfilter/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary cwfilter "cwfilter==$VERSION"
    mkdir -p "$bin"
    ln -sf "$RUNNER_TEMP/cwfilter/venv/bin/cwfilter" "$bin/cwfilter"
elif [ ! -x "$bin/cwfilter" ]; then
    # the cache of action.yml holds the program of the same sources
    cargo install --locked --path "$GITHUB_ACTION_PATH/cli" --root "$RUNNER_TEMP/cwfilter"
fi
"$bin/cwfilter" --version
echo "$bin" >>"$GITHUB_PATH"
