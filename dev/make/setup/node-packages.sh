#!/usr/bin/env bash
# node-packages.sh <folder>: the packages of the folder's package-lock.json, in its node_modules.
source "$(dirname "$0")/lib.sh"

folder=$1
key=$(key "$(node --version)" "$folder/package-lock.json")

lock "$PWD/.dev/node-packages"
if is_ready "$folder/node_modules" "$key"; then exit; fi
npm ci --prefix "$folder" --no-fund --no-audit
mkdir -p "$folder/node_modules" # a lock file without packages makes none
echo "$key" >"$folder/node_modules/.stamp"
