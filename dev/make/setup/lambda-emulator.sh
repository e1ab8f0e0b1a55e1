#!/usr/bin/env bash
# lambda-emulator.sh <folder>: puts AWS's Lambda runtime interface emulator there, as aws-lambda-rie (a Linux program).
source "$(dirname "$0")/lib.sh"

folder=$1
requirements=dev/requirements-lambda-rie.txt
machine=$(uname -m)
case $machine in aarch64) machine=arm64 ;; esac
member="samcli/local/rapid/aws-lambda-rie-$machine"
key=$(key "$member" "$requirements")

lock "$folder"
if is_ready "$folder" "$key"; then exit; fi
rm -rf "$folder"
mkdir -p "$folder"
"$(python)" -m venv "$folder/download"
"$folder/download/bin/python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
  --require-hashes --dest "$folder/download" -r "$requirements"
"$(python)" -m zipfile -e "$folder"/download/aws_sam_cli-*.whl "$folder/download/package"
mv "$folder/download/package/$member" "$folder/aws-lambda-rie"
chmod +x "$folder/aws-lambda-rie"
rm -rf "$folder/download"
echo "$key" >"$folder/.stamp"
