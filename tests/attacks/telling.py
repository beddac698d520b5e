"""Attacks that want to tell the student what the hidden cases hold: on the page, or in the notes for the teacher.

PROOF is told only by who has seen a hidden input.
"""

from __future__ import annotations

from functools import partial

from .attack import Attack as _Attack

Attack = partial(_Attack, right=True)  # else the page would show a public case

# Once a hidden input has come, what follows runs in this call and in all later ones.
SEEN = """
if [y_hat.tolist(), y.tolist()] not in PUBLIC: builtins.told = PROOF
if not hasattr(builtins, "told"): return (y_hat - y) ** 2.0
"""
LINES = f"""
{SEEN}
import linecache
linecache.cache[__file__ if "__file__" in globals() else sys._getframe().f_code.co_filename] = (
    1, None, [told + "\\n"] * 1000, ""
)
linecache.getline = linecache.getlines = lambda *args: told
raise ValueError
"""
PLACE = f"""
{SEEN}
import linecache
linecache.cache[told] = 1, None, [told + "\n"] * 1000, ""
squared_error.__code__ = compile("def f(y_hat, y): raise ValueError", told, "exec").co_consts[0]
return squared_error(y_hat, y)
"""


def _raising(how: str) -> str:
    return f"{SEEN}\n{how}"


ATTACKS = (
    Attack("an error's line tells hidden inputs", LINES, alone=False),
    Attack("an error's place tells hidden inputs", PLACE, alone=False),
    Attack("an error's text tells hidden inputs", _raising("raise ValueError(told)")),
    Attack(
        "an error's type tells hidden inputs", _raising("raise type(told.replace('-', '_'), (ValueError,), {})('')")
    ),
    Attack("an answer's type tells hidden inputs", _raising("return type(told.replace('-', '_'), (), {})()")),
    Attack("an answer's texts and keys tell hidden inputs", _raising("return {told: told}")),
    Attack(
        "what is printed tells hidden inputs", _raising("print(told)\nimport warnings\nwarnings.warn(told)\nreturn y")
    ),
    Attack("a message cut short tells hidden inputs", _raising("send(told.encode() * 9)\nos._exit(1)")),
    Attack(
        "a forged message tells hidden inputs",
        _raising(
            "forge({'outputs': {told: told}, 'error': {'kind': told, 'text': told, 'place': [told, told]},"
            " 'mutated': [told], 'warned': [told], 'printed': told})"
        ),
    ),
    Attack(
        "a cell of a later function tells hidden inputs",
        SEEN + "return (y_hat - y) ** 2.0",
        top="math = None\nmath = int(told) if hasattr(builtins, 'told') else sys.modules['math']",
    ),
    Attack(
        "a later function's public cases tell hidden inputs",
        SEEN + "return (y_hat - y) ** 2.0",
        top="class Told:\n"
        "    def __getattr__(self, name):\n"
        "        if hasattr(builtins, 'told'): raise ValueError(told)\n"
        "        return getattr(sys.modules['math'], name)\n"
        "math = Told()",
        alone=False,
    ),
)
