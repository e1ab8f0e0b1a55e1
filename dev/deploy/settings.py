"""Puts what only a deployed stack knows, the addresses it was given, into samconfig.toml.

    settings.py <samconfig.toml> < the answer of `aws cloudformation describe-stacks`

Prints what it changed, a line each. Nothing printed: the deployment already has all of it. A value that somebody chose is
never replaced.
"""

import json
import re
import sys
from pathlib import Path

# What the template's parameters say as long as nobody knows better.
NOT_YET = "https://not-yet.invalid"

# Parameter, and the output that it takes its value from.
FROM_OUTPUTS = {
    "MessageWebhookUrl": "MessageWebhookUrl",
    "MessageStatusWebhookUrl": "MessageStatusWebhookUrl",
    "RegistrationWebhookUrl": "RegistrationWebhookUrl",
    "CallWebhookUrl": "CallWebhookUrl",
    "CallStatusWebhookUrl": "CallStatusWebhookUrl",
    "ConsoleOrigin": "ConsoleUrl",
    "ClerkAuthorizedParties": "ConsoleUrl",
}


def fill_in(config: str, stack: dict) -> tuple[str, list[str]]:
    """The text of samconfig.toml with every value that was not known yet, and the lines to print."""
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    known = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
    changes = []
    for parameter, output in FROM_OUTPUTS.items():
        if known.get(parameter) != NOT_YET:
            continue
        config = set_parameter(config, parameter, outputs[output])
        changes.append(f"{parameter}: {outputs[output]}")
    return config, changes


def set_parameter(config: str, name: str, value: str) -> str:
    """SAM writes `parameter_overrides = "A=\\"1\\" B=\\"2\\""`, or a list of `"A=1"`."""
    for pattern in (rf'(\b{name}=\\")[^"\\]*(\\")', rf'("{name}=)[^"]*(")'):
        config, count = re.subn(pattern, rf"\g<1>{value}\g<2>", config)
        if count:
            return config
    for pattern, addition in (
        (r'^(parameter_overrides = ".*)("\s*)$', rf'\g<1> {name}=\\"{value}\\"\g<2>'),
        (r"^(parameter_overrides = \[)", rf'\g<1>\n    "{name}={value}",'),
    ):
        config, count = re.subn(pattern, addition, config, count=1, flags=re.MULTILINE)
        if count:
            return config
    raise SystemExit(f"samconfig.toml has no parameter_overrides to put {name} into")


def main() -> None:
    path = Path(sys.argv[1])
    stack = json.load(sys.stdin)["Stacks"][0]
    config, changes = fill_in(path.read_text(encoding="utf-8"), stack)
    if changes:
        path.write_text(config, encoding="utf-8")
        print("\n".join(changes))


if __name__ == "__main__":
    main()
