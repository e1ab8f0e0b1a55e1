#!/usr/bin/env bash
# console.sh: the web console, built into console/dist.
source "$(dirname "$0")/lib.sh"

dev/make/setup/node-packages.sh console
npm --prefix console run build
