"""What the notebook's kernel knows: whether the last run of the cell with a function has failed.

A cell with a syntax error runs no line, so its name still means the function from the run before: checking that one
would say something about code that is no longer on the page.
"""

from __future__ import annotations

import re
import sys
from typing import Any

DEFINITION = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)

_failed: dict[str, str] = {}  # why the last run of a function's cell failed
_before: dict[str, Any] = {}  # what the names of the running cell's functions meant before


def watch() -> None:
    """Follow the runs of cells from now on. Without IPython, in a script or a test, there is nothing to follow."""
    shell = _shell()
    if shell is not None and _started not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _started)
        shell.events.register("post_run_cell", _ended)


def why_stale(*names: str) -> str | None:
    """Return why the last run of the cell with a function failed; None if it did not, or if that is unknown.

    Args:
        names: names that the function may have.
    """
    return next((_failed[name] for name in names if name in _failed), None)


def _shell() -> Any:
    # Not imported for this: it is slow, and where it is not imported yet there is no notebook.
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _started(info: Any) -> None:
    _before.clear()
    shell = _shell()
    _before.update({name: shell.user_ns.get(name) for name in DEFINITION.findall(info.raw_cell or "")})


def _ended(result: Any) -> None:
    error = result.error_before_exec or result.error_in_exec
    shell = _shell()
    for name in DEFINITION.findall(getattr(result.info, "raw_cell", None) or ""):
        # A cell may fail below the function, which is then the one on the page.
        if error is None or (result.error_before_exec is None and shell.user_ns.get(name) is not _before.get(name)):
            _failed.pop(name, None)
        else:
            _failed[name] = _in_words(error)


def _in_words(error: BaseException) -> str:
    """Return an error in one line.

    Example:
        >>> _in_words(SyntaxError("expected ':'", ("cell", 2, 11, "    if x > 0", 2, 11)))
        "SyntaxError in line 2, `if x > 0`: expected ':'"
    """
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.lineno:
        code = f", `{error.text.strip()}`" if error.text and error.text.strip() else ""
        return f"{kind} in line {error.lineno}{code}: {error.msg}"
    return f"{kind}: {error}" if str(error) else kind
