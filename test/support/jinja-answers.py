"""What does Ansible's Jinja give for these templates? Reads {"variables", "expressions", "templates"} as JSON on stdin.

An answer is {"value": …} or {"error": …}. Expressions give their value as data; templates give their text. Uses the
environment of ansible-core (its filters, tests, strict undefined variables), so it answers as a playbook would be.
"""
import json
import sys
import types

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from jinja2 import Undefined
from jinja2.defaults import DEFAULT_NAMESPACE


def plain(value):
    # Of an "if" without "else", which prints as nothing; Ansible's own are strict.
    if type(value) is Undefined:
        return ""
    if isinstance(value, Undefined):
        raise ValueError(str(value))
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range, types.GeneratorType)) or hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    raise ValueError("no data: %s" % type(value).__name__)


def answer(work):
    try:
        return {"value": work()}
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, error)}


def main():
    asked = json.load(sys.stdin)
    variables = asked["variables"]
    templar = Templar(loader=DataLoader(), variables=variables)
    environment = templar.environment

    def expression(text):
        compiled = environment.compile_expression(text, undefined_to_none=False)
        # Templar itself gives the functions of Jinja only where it renders.
        return plain(compiled(**{**DEFAULT_NAMESPACE, **variables}))

    def template(text):
        return str(templar.template(text, escape_backslashes=False, convert_data=False))

    json.dump(
        {
            "expressions": [answer(lambda: expression(one)) for one in asked["expressions"]],
            "templates": [answer(lambda: template(one)) for one in asked["templates"]],
        },
        sys.stdout,
    )


main()
