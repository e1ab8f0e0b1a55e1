#!/usr/bin/env bash
# `make screenshots`: the console with the demo data, each page at two widths and in both colours, into docs/screenshots.
source "$(dirname "$0")/lib.sh"
source dev/make/prepare.sh

quietly 'Tools' dev/make/setup/tools.sh rust python node browser
find_postgres
start_python_environment
start 'Console' dev/make/setup/console.sh
step 'Rust build' cargo build --workspace --exclude tests --locked || fail 'The build failed.'
finish_started
step 'Screenshots' "$BINARIES/stack" run -- sh -c "'$BINARIES/seed' \"\$STACK_URLS\" && npm --prefix console run --silent screenshots"
