"""`make deploy` does its steps in their order and stops where it must: with AWS, SAM and the installers played by stubs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "dev/deploy"))

from settings import FROM_OUTPUTS, NOT_YET, fill_in  # noqa: E402

from check_template import read_template  # noqa: E402

OUTPUTS = {
    "ConsoleUrl": "https://d111111abcdef8.cloudfront.net",
    "ConsoleFiles": "switchboard-console-123456789012",
    "MessageWebhookUrl": "https://aaa.lambda-url.us-east-1.on.aws/",
    "MessageStatusWebhookUrl": "https://bbb.lambda-url.us-east-1.on.aws/",
    "CallWebhookUrl": "https://ccc.lambda-url.us-east-1.on.aws/",
    "CallStatusWebhookUrl": "https://ddd.lambda-url.us-east-1.on.aws/",
    "RegistrationWebhookUrl": "https://eee.lambda-url.us-east-1.on.aws/",
    "ClerkWebhookUrl": "https://fff.lambda-url.us-east-1.on.aws/",
}

# What `sam deploy --guided` writes.
SAMCONFIG = r"""version = 0.1
[default.deploy.parameters]
stack_name = "switchboard"
region = "us-east-1"
parameter_overrides = "Architecture=\"arm64\" MessageWebhookUrl=\"https://not-yet.invalid\" ClerkIssuer=\"https://clerk.example.com\""
"""

SAM = r"""#!/usr/bin/env bash
echo "sam $*" >>"$CALLS"
case $1 in
  build) mkdir -p .aws-sam/build && cp template.yaml .aws-sam/build/template.yaml ;;
  deploy)
    sed -n 's/.*Description: release /deployed: /p' .aws-sam/build/template.yaml >>"$CALLS"
    [ -z "${SAM_DEPLOY_FAILS:-}" ] || exit 1
    case "$*" in *--guided*) cp "$GUIDED" samconfig.toml ;; esac ;;
esac
"""

AWS = r"""#!/usr/bin/env bash
echo "aws $*" >>"$CALLS"
case $1 in
  sts) [ -z "${NOBODY:-}" ] || exit 255; echo arn:aws:iam::123456789012:user/deployer ;;
  cloudformation) cat "$DESCRIBED" ;;
esac
"""


def described(parameters: dict[str, str]) -> dict:
    """An answer of `aws cloudformation describe-stacks`."""
    stack = {
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    return {"Stacks": [stack]}


class Workshop:
    """A copy of what `make deploy` uses, with stubs for what would leave this machine."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        for path in ("dev/make/lib.sh", "dev/make/deploy.sh", "dev/deploy/settings.py", "template.yaml"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        for installer in ("tools", "python-environment", "console"):
            self.program(f"dev/make/setup/{installer}.sh", "#!/bin/sh\nexit 0\n")
        self.program("bin/sam", SAM)
        self.program("bin/aws", AWS)
        (folder / ".dev/deploy-venv/bin").mkdir(parents=True)
        (folder / ".dev/deploy-venv/bin/python").symlink_to(sys.executable)
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "DESCRIBED": str(folder / "described.json"),
            "GUIDED": str(folder / "guided.toml"),
            "CLERK_PUBLISHABLE_KEY": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
        }
        (folder / "guided.toml").write_text(SAMCONFIG)
        self.stack_has({"MessageWebhookUrl": NOT_YET, "ConsoleOrigin": NOT_YET, "ClerkAuthorizedParties": NOT_YET})

    def program(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)
        (self.folder / path).chmod(0o755)

    def stack_has(self, parameters: dict[str, str]) -> None:
        (self.folder / "described.json").write_text(json.dumps(described(parameters)))

    def deploy(self, **environment: str) -> subprocess.CompletedProcess:
        command = ["bash", str(self.folder / "dev/make/deploy.sh")]
        return subprocess.run(command, env=self.environment | environment, capture_output=True, text=True, check=False)

    def said(self, start: str) -> list[str]:
        return [line for line in self.calls.read_text().splitlines() if line.startswith(start)]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_first_deployment_asks_and_a_second_one_tells_the_stack_its_addresses(workshop: Workshop):
    done = workshop.deploy(ARCHITECTURE="arm64")
    assert done.returncode == 0, done.stdout + done.stderr
    deployments = workshop.said("sam deploy")
    assert len(deployments) == 2
    assert "--guided" in deployments[0] and "Architecture=arm64" in deployments[0]
    assert "--guided" not in deployments[1]
    releases = workshop.said("deployed:")
    assert len(set(releases)) == 2, "each of the two publishes versions of its own"
    assert workshop.said("sam build") == ["sam build --parameter-overrides Architecture=arm64"]

    config = (workshop.folder / "samconfig.toml").read_text()
    assert rf'MessageWebhookUrl=\"{OUTPUTS["MessageWebhookUrl"]}\"' in config
    assert rf'ConsoleOrigin=\"{OUTPUTS["ConsoleUrl"]}\"' in config, "a parameter that was not there is added"
    assert r"ClerkIssuer=\"https://clerk.example.com\"" in config, "what was answered stays"

    uploads = workshop.said("aws s3")
    assert [line.split()[2] for line in uploads] == ["sync", "sync", "cp"]
    assert all("s3://switchboard-console-123456789012" in line for line in uploads)
    settings = json.loads((workshop.folder / ".dev/config.json").read_text())
    assert settings["clerk"] == {"mode": "clerk", "publishableKey": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k"}


def test_a_later_deployment_asks_nothing_and_is_one(workshop: Workshop):
    (workshop.folder / "samconfig.toml").write_text(SAMCONFIG)
    workshop.stack_has({"MessageWebhookUrl": "https://hooks.example.com/receive-message"})
    done = workshop.deploy()
    assert done.returncode == 0, done.stdout + done.stderr
    assert workshop.said("sam deploy") == ["sam deploy --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset"]
    assert workshop.said("sam build") == ["sam build --parameter-overrides Architecture=arm64"], "as last time"
    assert (workshop.folder / "samconfig.toml").read_text() == SAMCONFIG


def test_a_deployment_that_was_taken_back_uploads_no_console(workshop: Workshop):
    (workshop.folder / "samconfig.toml").write_text(SAMCONFIG)
    done = workshop.deploy(SAM_DEPLOY_FAILS="1")
    assert done.returncode != 0
    assert "taken back" in done.stderr
    assert not workshop.said("aws s3")


def test_nothing_is_built_without_an_account(workshop: Workshop):
    done = workshop.deploy(NOBODY="1")
    assert done.returncode != 0
    assert "no AWS credentials" in done.stderr
    assert not workshop.said("sam")


def test_every_value_that_is_not_known_at_first_is_told(workshop: Workshop):
    defaults = {name: p.get("Default") for name, p in read_template()["Parameters"].items()}
    assert {name for name, value in defaults.items() if value == NOT_YET} == set(FROM_OUTPUTS)
    outputs = read_template()["Outputs"]
    assert set(FROM_OUTPUTS.values()) <= outputs.keys()

    config, changes = fill_in('parameter_overrides = [\n    "A=1",\n]\n', described(dict.fromkeys(FROM_OUTPUTS, NOT_YET))["Stacks"][0])
    assert len(changes) == len(FROM_OUTPUTS)
    assert f'"CallWebhookUrl={OUTPUTS["CallWebhookUrl"]}",' in config and '"A=1"' in config, "a list, as SAM also writes it"
