#!/usr/bin/env bash
# `make check`: what takes seconds and finds most slips.
source "$(dirname "$0")/lib.sh"

quietly 'Tools' dev/make/setup/tools.sh rust lints
step 'Format' format || true
step 'Lints' cargo clippy --workspace --all-targets --locked -- -D warnings || true
[ "${#FAILED[@]}" = 0 ] || fail "FAILED: $(IFS=,; echo "${FAILED[*]}")"
