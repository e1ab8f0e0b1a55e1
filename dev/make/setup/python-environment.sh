#!/usr/bin/env bash
# python-environment.sh <folder> <requirements>: a virtual environment with these packages.
source "$(dirname "$0")/lib.sh"

folder=$1 requirements=$2
python=$(python)
key=$(key "$("$python" --version)" "$requirements")

lock "$folder"
if is_ready "$folder" "$key"; then exit; fi
# Anew rather than repaired: an install that was broken off may have left half a package that pip takes for a whole one.
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements"
echo "$key" >"$folder/.stamp"
