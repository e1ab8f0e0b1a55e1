#!/usr/bin/env bash
# `make clean`: the folder as it was checked out, but for .env and files of your own.
source "$(dirname "$0")/lib.sh"

# Not all of the data may be in this folder, and a running stack must not lose it.
if [ -x "$BINARIES/stack" ]; then "$BINARIES/stack" reset; fi
if command -v cargo >/dev/null; then cargo clean; fi
rm -rf "$DEV" fuzz/target fuzz/corpus fuzz/artifacts tests/oracles/node_modules console/node_modules console/dist dev/api-page/node_modules
