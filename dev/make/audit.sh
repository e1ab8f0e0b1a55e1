#!/usr/bin/env bash
# `make audit`: the dependencies against deny.toml.
source "$(dirname "$0")/lib.sh"

cargo deny --version >/dev/null 2>&1 || fail 'cargo-deny is missing: cargo install cargo-deny --locked'
cargo deny --workspace check
