"""Builds the documents of a JSON file ([{name, attributes, text, children}, ...], each a <Response>) with Twilio's builder,
whose documents SignalWire takes too, and writes them as a JSON list.

The builder's methods list the attributes of each verb: one that is not among them is an error, which no parser would find.
"""

import inspect
import json
import re
import sys

from twilio.twiml.voice_response import VoiceResponse

# SignalWire's own, or named differently there.
TEXT_PARAMETERS = {"Say": "message", "Play": "url", "Number": "phone_number", "Redirect": "url"}


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def add(parent, element: dict) -> None:
    name, text = element["name"], element["text"]
    method = getattr(parent, name.lower(), None)
    assert method is not None, f"no {name} in {type(parent).__name__}"
    known = inspect.signature(method).parameters
    arguments = {snake(key): value for key, value in element["attributes"].items()}
    unknown = [key for key in arguments if key not in known]
    assert not unknown, f"{name} has no {unknown}"
    if text is not None:
        arguments[TEXT_PARAMETERS[name]] = text
    made = method(**arguments)
    for child in element["children"]:
        add(made, child)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        documents = json.load(file)
    built = []
    for document in documents:
        response = VoiceResponse()
        for child in document["children"]:
            add(response, child)
        built.append(str(response))
    json.dump(built, sys.stdout)


main()
