"""What must not be found of a solution in the copies that students get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator


def squeezed(source: str) -> str:
    """Return a source without its spaces and line ends."""
    return re.sub(r"\s+", "", source)


def statements(function_source: str) -> Iterator[str]:
    """Yield the statements of a function's body that say something, one by one."""
    for definition in ast.parse(function_source).body:
        for node in ast.walk(definition):
            if isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.Pass, ast.Break, ast.Raise)):
                source = ast.unparse(node).split("\n")[0]
                if not isinstance(node, ast.Expr) and len(source) > 12:
                    yield source
