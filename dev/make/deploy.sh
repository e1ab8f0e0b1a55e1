#!/usr/bin/env bash
# `make deploy`: builds the functions, deploys template.yaml to the AWS account whose credentials are in the environment, and
# uploads the console. The first time it asks for everything and writes the answers to samconfig.toml. docs/deploy.md is the
# guide. AWS refuses or takes a deployment as a whole; what goes wrong later is taken back by itself.
source "$(dirname "$0")/lib.sh"

CONFIG=samconfig.toml
BUILT=.aws-sam/build/template.yaml
VENV="$DEV/deploy-venv"
export PATH="$VENV/bin:$PATH" SAM_CLI_TELEMETRY=0

check_account() {
  command -v aws >/dev/null || fail 'The AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html'
  aws sts get-caller-identity --query Arn --output text ||
    fail 'There are no AWS credentials that work: sign in (aws sso login, aws configure), or set AWS_PROFILE.'
}

# setting <name>: what samconfig.toml says, for instance the stack's name or region.
setting() {
  sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" "$CONFIG" | head -n 1
}

describe() {
  aws cloudformation describe-stacks --stack-name "$(setting stack_name)" --region "$(setting region)" --output json
}

output() {
  describe | "$VENV/bin/python" -c 'import json, sys
print({o["OutputKey"]: o["OutputValue"] for o in json.load(sys.stdin)["Stacks"][0]["Outputs"]}[sys.argv[1]])' "$1"
}

# architecture: of the last deployment; of the first one, ARCHITECTURE.
architecture() {
  local chosen=
  [ ! -f "$CONFIG" ] || chosen=$(sed -n 's/.*Architecture=[\\"]*\([a-z0-9_]*\).*/\1/p' "$CONFIG" | head -n 1)
  echo "${chosen:-${ARCHITECTURE:-x86_64}}"
}

build() {
  sam build --parameter-overrides "Architecture=$(architecture)"
}

# name_release: so that each function publishes a version (template.yaml says why).
name_release() {
  RELEASE="$(git rev-parse --short HEAD 2>/dev/null || echo unknown) $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  grep -q 'Description: not released' "$BUILT" || fail "$BUILT does not say where the name of the release goes."
  sed -i.before "s/Description: not released/Description: release $RELEASE/" "$BUILT"
  echo "release $RELEASE"
}

deploy() {
  sam deploy --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset "$@"
}

# A new stack learns its own addresses by being deployed; its functions learn them by the second time.
tell_addresses() {
  local learned
  learned=$(describe | "$VENV/bin/python" dev/deploy/settings.py "$CONFIG")
  [ -n "$learned" ] || return 0
  echo "The stack's own addresses are now in $CONFIG:"
  echo "$learned"
  sed -i.before "s/Description: release .*/Description: release $RELEASE, with its addresses/" "$BUILT"
  deploy --no-confirm-changeset
}

console_settings() {
  local key=${CLERK_PUBLISHABLE_KEY:-}
  [ -n "$key" ] || key=$(sed -n 's/^CLERK_PUBLISHABLE_KEY=//p' .env 2>/dev/null || true)
  [ -n "$key" ] || fail 'CLERK_PUBLISHABLE_KEY is not set (here or in .env): with it the console opens Clerk in the browser.'
  printf '{ "apiUrl": "", "clerk": { "mode": "clerk", "publishableKey": "%s" }, "billingUrl": "%s" }\n' \
    "$key" "${BILLING_URL:-}" >"$DEV/config.json"
}

# Assets before the page that names them, and old ones stay: tabs are open during a deployment. CloudFront asks for the page
# each time, so nothing has to be invalidated.
upload_console() {
  local bucket
  bucket="s3://$(output ConsoleFiles)"
  aws s3 sync console/dist/assets "$bucket/assets" --exclude '*.map'
  aws s3 sync console/dist "$bucket" --exclude 'assets/*' --exclude config.json --exclude '*.map' --exclude '.vite/*'
  aws s3 cp "$DEV/config.json" "$bucket/config.json"
}

quietly 'Tools' dev/make/setup/tools.sh rust python node
check_account
console_settings
start 'AWS SAM and cargo-lambda' dev/make/setup/python-environment.sh "$VENV" dev/requirements-deploy.txt
start 'Console' dev/make/setup/console.sh
finish_started
step 'Build' build || fail 'The build failed; nothing was deployed.'
name_release
if [ -f "$CONFIG" ]; then
  step 'Deployment' deploy || fail 'The deployment failed and was taken back; `aws cloudformation describe-stack-events` says why.'
else
  step 'First deployment' deploy --guided --parameter-overrides "Architecture=$(architecture)" || fail 'The deployment failed; docs/deploy.md says what to do before another try.'
  [ -f "$CONFIG" ] || fail "The answers were not saved to $CONFIG, which the next deployment needs."
fi
step 'Addresses' tell_addresses || fail 'The stack is deployed, but does not know its own addresses: run make deploy again.'
step 'Upload of the console' upload_console || fail 'The stack is deployed, but its console is the old one: run make deploy again.'
printf '\nConsole: %s\nNext: docs/deploy.md (the providers), then make smoke STACK=%s\n' "$(output ConsoleUrl)" "$(setting stack_name)"
