#!/usr/bin/env bash
# `make openapi`: the test that compares docs/openapi.json with the Rust types writes the file instead.
source "$(dirname "$0")/lib.sh"

quietly 'Tools' dev/make/setup/tools.sh rust
UPDATE_OPENAPI=1 cargo test --package tests --test it --locked -- openapi
git --no-pager diff --stat -- docs/openapi.json
