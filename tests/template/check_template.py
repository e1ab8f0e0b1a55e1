"""Finds what AWS would refuse in template.yaml, without an account and without the network.

The template is translated as CloudFormation would (samtranslator), and the result, plain CloudFormation, is linted.
Linting the SAM file itself misses most faults: cfn-lint knows little about AWS::Serverless::* properties.
"""

import copy
import json
import os
from pathlib import Path

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.match import Match
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from rules import find_own_faults

TEMPLATE = Path(__file__).parents[2] / "template.yaml"

# Translation wants a region for its choice of partition; any will do.
REGION = "us-east-1"

# cfn-lint rules that do not apply to a translated template, each with its reason.
IGNORED_RULES: dict[str, str] = {
    "W2001": "a parameter that SAM replaces by its value looks unused; rules.unused_parameters looks at what is written",
}


class NoManagedPolicies:
    """The translator's source of AWS managed policies; our policies are all written out."""

    def load(self) -> dict:
        return {}


def read_template() -> dict:
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


def translate(template: dict) -> dict:
    """SAM to CloudFormation. Raises InvalidDocumentException for what SAM refuses."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    globals_of_functions = template.setdefault("Globals", {}).setdefault("Function", {})
    globals_of_functions["CodeUri"] = "s3://a-bucket/code.zip"  # where `sam package` would have put the code
    return transform(copy.deepcopy(template), {}, NoManagedPolicies())


def find_faults(template: dict) -> list[str]:
    """One line for each fault; none for a template that can be deployed."""
    try:
        translated = translate(template)
    except InvalidDocumentException as error:
        return [f"translation: {cause.message}" for cause in error.causes]
    return find_own_faults(template, translated) + find_lint_faults(translated)


def find_lint_faults(translated: dict) -> list[str]:
    config = ManualArgs(regions=[REGION], ignore_checks=list(IGNORED_RULES))
    return [describe(match) for match in lint(json.dumps(translated, indent=2), config=config)]


def describe(match: Match) -> str:
    place = "/".join(str(part) for part in match.path or [])
    return f"{match.rule.id} at {place}: {match.message}"
