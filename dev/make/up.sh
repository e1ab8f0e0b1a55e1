#!/usr/bin/env bash
# `make up`: prepares what is missing, then hands over to dev/stack, which starts everything and prints the addresses.
source "$(dirname "$0")/lib.sh"
source dev/make/prepare.sh

quietly 'Tools' dev/make/setup/tools.sh rust python node
has_own_database || find_postgres
start_python_environment
start 'Console' dev/make/setup/console.sh
start 'API page' dev/make/setup/node-packages.sh dev/api-page
step 'Rust build' cargo build --workspace --exclude tests --locked || fail 'The build failed.'
finish_started
printf '[%4s s] everything is prepared\n\n' "$SECONDS"

exec "$BINARIES/stack" up
