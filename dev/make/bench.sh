#!/usr/bin/env bash
# `make bench`: builds what is measured as it is deployed, and measures it (bench/README.md). ARGUMENTS are handed on.
source "$(dirname "$0")/lib.sh"
source dev/make/prepare.sh

quietly 'Tools' dev/make/setup/tools.sh rust python node
find_postgres
quietly 'Node packages' dev/make/setup/node-packages.sh bench/baseline-node
step 'Node build' npm --prefix bench/baseline-node run --silent build
step 'Rust build' cargo build --release --locked -p bench -p receive-message || fail 'The build failed.'
# shellcheck disable=SC2086 # several arguments
target/release/bench inbound-text ${ARGUMENTS:-}
