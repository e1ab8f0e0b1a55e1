#!/usr/bin/env bash
# `make smoke`: the stack of a running `make up`, or with STACK=<name> a deployed one, from end to end.
source "$(dirname "$0")/lib.sh"

quietly 'Tools' dev/make/setup/tools.sh python
python=${PYTHON:-python3}
if [ -n "${STACK:-}" ]; then
  command -v aws >/dev/null || fail 'The AWS CLI is missing; it tells where the deployed stack is.'
  exec "$python" dev/smoke/smoke.py --stack "$STACK"
fi
exec "$python" dev/smoke/smoke.py
