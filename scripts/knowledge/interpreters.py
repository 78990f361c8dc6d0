"""What real interpreters say of the entries that the stubs give.

A stub may take a name for new that Python has long had. So each entry is shown to the interpreters at hand, and what
they contradict stands in `stdlib_corrections.txt`.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# reads questions [module, path, keyword or none] as JSON; answers true, false, or null when it cannot tell
PROBE = """
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")

def answer(module, path, keyword):
    try:
        found = importlib.import_module(module)
    except BaseException:
        return None
    parts = path.split(".")
    for at, part in enumerate(parts):
        if at and not inspect.isclass(found):
            return None
        if not hasattr(found, part):
            return False if at == len(parts) - 1 else None
        found = getattr(found, part)
    if keyword is None:
        return True
    try:
        parameters = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    return keyword in parameters and parameters[keyword].kind is not parameters[keyword].POSITIONAL_ONLY

questions = json.load(sys.stdin)
out, sys.stdout = sys.stdout, sys.stderr
answers = [answer(*question) for question in questions]
json.dump([sys.version_info[1], answers], out)
"""

Question = tuple[str, str, "str | None"]
# question -> Python -> answer
Answers = dict[Question, dict[int, bool]]


def ask(interpreters: Iterable[str], questions: list[Question]) -> Answers:
    """Ask each interpreter; what it cannot tell is left out."""
    answers: Answers = {question: {} for question in questions}
    for interpreter in interpreters:
        command = [interpreter, "-c", PROBE]
        asked = json.dumps(questions)
        run = subprocess.run(
            command, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
        )
        minor, found = json.loads(run.stdout)
        for question, answer in zip(questions, found, strict=True):
            if answer is not None:
                answers[question][minor] = answer
    return answers
