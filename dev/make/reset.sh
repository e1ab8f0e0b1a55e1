#!/usr/bin/env bash
# `make reset`: the next `make up` starts with an empty database and fresh simulators. What was installed stays.
source "$(dirname "$0")/lib.sh"

# The runner knows where its data is, and refuses while it is running.
[ -x "$BINARIES/stack" ] || step 'Build of the local stack' cargo build --package stack --locked
"$BINARIES/stack" reset
