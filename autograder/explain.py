"""Errors of a reader's function in a beginner's words: what happened, with the shapes at hand, and what to do.

Two tables explain an error by its kind and its text. `LOOKED_INTO` has functions that read the line and the arguments;
where none knows the error, `SENTENCES` has plain words. Of a hidden case only the kind and the reader's own line may be
used: `HINTS` and `MEANINGS`.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import inspect
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .errors import shortened
from .exercise import CallError, Seed

Shape = tuple[int, ...]
Say = Callable[..., str]

# No longer than what the worker sends: another process may send what it likes.
MAX_TEXT, MAX_LINE = 500, 200
MAX_CODE = 50  # characters of the reader's code in a sentence

REDUCTIONS = frozenset(["all", "any", "argmax", "argmin", "max", "mean", "min", "norm", "prod", "std", "sum", "var"])
JOINERS = frozenset(["append", "column_stack", "concatenate", "hstack", "stack", "vstack"])
COUNTING = [
    "arange",
    "choice",
    "empty",
    "eye",
    "integers",
    "linspace",
    "normal",
    "ones",
    "permutation",
    "random",
    "range",
]
COUNTING += ["reshape", "zeros"]
PROPERTIES = frozenset(["T", "dtype", "ndim", "shape", "size"])
KEYWORDS = ["axis", "dtype", "initial", "keepdims", "key", "ord", "p", "replace", "reverse", "shape", "size", "where"]

BUILTINS = ["abs", "enumerate", "float", "int", "len", "list", "max", "min", "print", "range", "round", "sorted", "sum"]
BUILTINS += ["zip", "True", "False", "None"]

# Methods that return None, and what returns a value in their place.
IN_PLACE = {
    "shuffle": "`rng.permutation(x)` returns a shuffled copy",
    "sort": "`np.sort(x)` and `sorted(x)` return a sorted copy",
    "reverse": "`x[::-1]` is a reversed copy",
    "append": "then go on with the list itself",
} | dict.fromkeys(["add", "clear", "extend", "fill", "insert", "remove", "update"], "then go on with the object itself")

IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy as np",
    "math": "import math",
    "plt": "import matplotlib.pyplot as plt",
    "random": "import random",
    "scipy": "import scipy",
    "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict",
}

# What people look for in NumPy, in an array and in a generator, and what it is called.
LEGACY_DRAWS = {"rand": "rng.random", "randn": "rng.standard_normal", "randint": "rng.integers"}
IN_NUMPY = (
    {"ln": "np.log", "exponential": "np.exp", "inverse": "np.linalg.inv", "product": "np.prod", "avg": "np.mean"}
    | {"len": "len(x)", "length": "len(x)", "range": "np.arange", "int": "int", "float": "float", "bool": "bool"}
    | LEGACY_DRAWS
)
IN_ARRAYS = {"append": "np.append(x, value)", "len": "len(x)", "length": "len(x)", "index": "np.where(x == value)"} | {
    "count": "np.sum(x == value)",
    "inv": "np.linalg.inv(x)",
    "norm": "np.linalg.norm(x)",
}
APPENDING = {"dict": "write `d[key] = value`", "set": "write `.add(...)`", "str": "join texts with `+`"}
IN_GENERATORS = LEGACY_DRAWS | {"sample": "rng.choice", "choices": "rng.choice", "gauss": "rng.normal"}

NUMBER = r"(?:int|float|complex|numpy\.(?:float|u?int)\d+)"
FUNCTION = r"(?:builtin_function_or_method|function|method|type|numpy\.ufunc|numpy\._ArrayFunctionDispatcher)"
LAZY = r"(?:generator|zip|map|filter|enumerate|reversed|dict_keys|dict_values|dict_items)"
SHAPE = r"(\([\d,]*\))"
TYPES = {
    "NoneType": "None",
    "bool": "True or False",
    "dict": "a dictionary",
    "numpy.bool": "True or False",
    "numpy.ndarray": "an array",
    "numpy.random._generator.Generator": "a random generator",
    "str": "a text",
}
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//"}
SIGNS |= {ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@"}
TESTS: dict[type[ast.AST], str] = {ast.If: "if", ast.While: "while", ast.IfExp: "if", ast.Assert: "assert"}
UNPACK = "A function that returns several values gives a tuple: unpack it, `a, b = f(x)`."


class Pair(NamedTuple):
    """An operation of two sides in the reader's line."""

    node: ast.AST
    left: ast.expr
    right: ast.expr


@dataclass(frozen=True)
class Slip:
    """An error, the case's arguments by name, and what can be read off the reader's line. None of it is ever run."""

    error: CallError
    arguments: Mapping[str, Any]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes of the line's syntax tree, outer ones first; none if the line alone makes no sense."""
        line = self.error.line[:MAX_LINE]
        closing = "]" * (line.count("[") - line.count("]")) + ")" * (line.count("(") - line.count(")"))
        opened = re.sub(r"[^\w\])}]+$", "", line) + closing
        # The first line of a block lacks its block, `elif` its `if`, a line of a longer statement its other lines.
        for text in (line, f"{line}\n 0", f"if 0:\n 0\n{line}\n 0", opened, line.rstrip("]), ")):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    return list(ast.walk(ast.parse(text)))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
        return []

    def all(self, *types: type) -> list[Any]:
        """Return the line's nodes of some types."""
        return [node for node in self.nodes if isinstance(node, types)]

    def calls(self, *names: str) -> list[ast.Call]:
        """Return the calls of functions and methods with these names."""
        return [call for call in self.all(ast.Call) if _last_name(call.func) in names]

    def argument_of(self, *names: str) -> ast.expr | None:
        """Return the first argument of the first call of one of these names."""
        return next((call.args[0] for call in self.calls(*names) if call.args), None)

    def value(self, node: ast.AST) -> Any:
        """Return the argument that a node names; None if it names something else."""
        return self.arguments.get(node.id) if isinstance(node, ast.Name) else None

    def shape(self, node: ast.AST | None) -> Shape | None:
        """Return the shape of an expression as far as the case's arguments tell it.

        An argument may have got another value in an earlier line: rely on a shape only where the error agrees with it.
        """
        try:
            return _shape(node, self)
        except (ValueError, TypeError, IndexError, ArithmeticError, RecursionError):
            return None

    def pick(self, pairs: Iterable[Pair], left: Callable[[Shape], bool], right: Callable[[Shape], bool]) -> Pair | None:
        """Return the operation whose shapes fit the error: both are known, or no other operation is possible."""
        fitting = []
        for pair in pairs:
            a, b = self.shape(pair.left), self.shape(pair.right)
            if (a is None or left(a)) and (b is None or right(b)):
                if a is not None and b is not None:
                    return pair
                fitting.append(pair)
        return fitting[0] if len(fitting) == 1 else None


def explain(error: CallError, arguments: Mapping[str, Any], hidden: bool = False) -> str:
    """Return one or two sentences that say what an error means and what to do. They do not quote the whole line.

    Args:
        error: an exception; how a call ends otherwise, say by `Timeout`, is not known here.
        arguments: the case's arguments by name.
        hidden: whether they must be kept secret: then neither they nor the error's text are used.

    Example:
        >>> text = "shapes (2,) and (3,2) not aligned: 2 (dim 0) != 3 (dim 0)"
        >>> arguments = {"w": np.zeros(2), "X": np.zeros((3, 2))}
        >>> print(explain(CallError("ValueError", text, "return np.dot(w, X)"), arguments).replace(": ", ":\\n"))
        `np.dot(w, X)` needs the last axis of w, 2, to equal the first axis of X, 3:
        w is (2,), X is (3, 2). Did you mean `X @ w`?
        >>> explain(CallError("ValueError", "tol must be positive", "raise ValueError(...)"), {})
        'It raises ValueError: tol must be positive.'
    """
    if hidden:
        return _without_values(error)
    text = error.text[:MAX_TEXT]
    # The words of the reader's own `raise` are better than ours.
    said = "" if re.match(r"raise\b", error.line) else _looked_up(Slip(error, arguments), text)
    return said or _as_it_is(f"It raises {shortened(error.kind)}", text)


def _looked_up(slip: Slip, text: str) -> str:
    for kinds, pattern, say in LOOKED_INTO:
        match = re.search(pattern, text) if slip.error.kind in kinds.split() else None
        if match and (said := say(slip, *match.groups())):
            return said
    for kinds, pattern, sentence in _sentences():
        if slip.error.kind in kinds.split() and (match := re.search(pattern, text)):
            fields = {name: shortened(value or "") for name, value in match.groupdict().items()}
            return sentence.format_map(fields | ({"type": _type(fields["type"])} if "type" in fields else {}))
    return ""


def _as_it_is(start: str, text: str) -> str:
    text = " ".join(text.split())
    return f"{start}: {text}" if text.endswith((".", "!", "?")) else f"{start}: {text}." if text else f"{start}."


def _without_values(error: CallError) -> str:
    found = getattr(builtins, error.kind, None)
    if error.kind not in MEANINGS and not (isinstance(found, type) and issubclass(found, BaseException)):
        return "It raises an exception of its own kind."  # whose name may hold a value
    for kinds, line, sentence in HINTS:
        if error.kind in kinds.split() and re.search(line, error.line[:MAX_LINE]):
            return f"It raises {error.kind}. {sentence}"
    return f"It raises {error.kind}" + (f": {MEANINGS[error.kind]}" if error.kind in MEANINGS else ".")


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _code(node: ast.AST | None) -> str:
    """Return a node's code, or "" if there is none or it is too long for a sentence."""
    code = ast.unparse(node) if node else ""
    return code if len(code) <= MAX_CODE and "\n" not in code else ""


def _quoted(node: ast.AST | None, otherwise: str) -> str:
    code = _code(node)
    return f"`{code}`" if code else otherwise


def _named(node: ast.AST | None, otherwise: str) -> str:
    """Return an operand as a sentence holds it: a short name bare, an expression in backticks."""
    code = _code(node)
    return code if re.fullmatch(r"[\w.]+", code) else _quoted(node, otherwise)


def _type(name: str) -> str:
    """Return what a type of Python's is called in a sentence."""
    if re.fullmatch(NUMBER, name):
        return "a whole number" if "int" in name else "a number"
    return "a function" if re.fullmatch(FUNCTION, name) else TYPES.get(name, f"a {shortened(name)}")


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_numpy(node: ast.AST) -> bool:
    """Whether a call is one of a function of NumPy's, not of a method."""
    func = getattr(node, "func", None)
    return isinstance(func, ast.Attribute) and ast.unparse(func.value) in {"np", "numpy", "np.linalg"}


def _is_elementwise(name: str) -> bool:
    found = vars(np).get(name)
    return name == "where" or (isinstance(found, np.ufunc) and found.signature is None)


def _operands(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a function, or of a method with its owner in front."""
    owner = [call.func.value] if isinstance(call.func, ast.Attribute) and not _is_numpy(call) else []
    return [*owner, *call.args]


def _products(slip: Slip) -> Iterator[Pair]:
    for node in slip.all(ast.BinOp, ast.Call):
        if isinstance(node, ast.Call):
            sides = _operands(node)
            if _last_name(node.func) in {"dot", "matmul", "inner"} and len(sides) == 2:
                yield Pair(node, *sides)
        elif isinstance(node.op, ast.MatMult):
            yield Pair(node, node.left, node.right)


def _elementwise(slip: Slip) -> Iterator[Pair]:
    for node in slip.all(ast.BinOp, ast.Compare, ast.Call, ast.AugAssign):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            yield from (Pair(node, *both) for both in pairwise(sides))
        elif isinstance(node, ast.Call):
            if _is_numpy(node):
                yield from (Pair(node, a, b) for i, a in enumerate(node.args) for b in node.args[i + 1 :])
        elif not isinstance(node.op, ast.MatMult):
            yield Pair(node, _left(node), _right(node))


def _left(node: ast.BinOp | ast.AugAssign) -> ast.expr:
    return node.target if isinstance(node, ast.AugAssign) else node.left


def _right(node: ast.BinOp | ast.AugAssign) -> ast.expr:
    return node.value if isinstance(node, ast.AugAssign) else node.right


def _whole_division(node: ast.AST) -> str:
    """Return what `a / b` in a piece of code is to become, in backticks; "" if there is none."""
    divisions = [one for one in ast.walk(node) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div)]
    return _quoted(ast.BinOp(divisions[0].left, ast.FloorDiv(), divisions[0].right), "`//`") if divisions else ""


def _shape(node: ast.AST | None, slip: Slip) -> Shape | None:
    """Return an expression's shape, or None if it is unknown. Raises an error of `Slip.shape` if it has none."""
    match node:
        case ast.Constant(value=bool() | int() | float()):
            return ()
        case ast.Name(id=name) if isinstance(slip.arguments.get(name), (np.ndarray, np.generic, int, float)):
            return np.shape(slip.arguments[name])
        case ast.Attribute(value=value, attr="T"):
            of = _shape(value, slip)
            return None if of is None else of[::-1]
        case ast.Attribute(attr="size" | "ndim") | ast.Call(func=ast.Name(id="len" | "int" | "float")):
            return ()
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert(), operand=value):
            return _shape(value, slip)
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return _product_shape(_shape(left, slip), _shape(right, slip))
        case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
            return _broadcast_shape([_shape(left, slip), _shape(right, slip)])
        case ast.Subscript(value=value, slice=index):
            of = _shape(value, slip)
            return None if of is None else _indexed(of, index.elts if isinstance(index, ast.Tuple) else [index])
        case ast.Call(func=ast.Attribute(attr=name)) if name in REDUCTIONS:
            return _reduced(node, slip)
        case ast.Call(func=ast.Attribute(attr=name), args=args) if _is_elementwise(name) and _is_numpy(node):
            return _broadcast_shape([_shape(value, slip) for value in args])
    return None


def _product_shape(a: Shape | None, b: Shape | None) -> Shape | None:
    if not a or not b or max(len(a), len(b)) > 2 or a[-1] != b[0]:
        return None
    return a[:-1] + b[1:]


def _broadcast_shape(shapes: list[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    return np.broadcast_shapes(*known) if known and len(known) == len(shapes) else None


def _reduced(call: ast.Call, slip: Slip) -> Shape | None:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    of, *more = _operands(call)
    shape, axis = _shape(of, slip), keywords.get("axis", more[0] if more else None)
    if shape is None or len(more) > 1:
        return None
    axes = range(len(shape)) if axis is None else [ast.literal_eval(axis) % len(shape)]
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if "keepdims" in keywords or i not in axes)


def _indexed(of: Shape, indices: list[ast.expr]) -> Shape | None:
    left, got = list(of), []
    for index in indices:
        match index:
            case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
                got.append(1)
            case ast.Slice(lower=lower, upper=upper, step=step):
                edges = [None if edge is None else ast.literal_eval(edge) for edge in (lower, upper, step)]
                got.append(len(range(*slice(*edges).indices(left.pop(0)))))
            case ast.Constant(value=int()) | ast.UnaryOp() | ast.Name(id="i" | "j" | "k" | "n" | "t"):
                left.pop(0)  # a loop's variable is taken for a whole number
            case _:
                return None
    return (*got, *left)


def _read_shape(text: str) -> Shape:
    """Return the shape in an error's text, say `(3,2)`."""
    return tuple(map(int, re.findall(r"\d+", text)))


def _known_shapes(slip: Slip, pair: Pair, a: Shape | None, b: Shape | None) -> str:
    """Return, say, `w is (2,), X is (3, 2)`: shapes from the error's text, else those known from the arguments."""
    names = _named(pair.left, "the left side"), _named(pair.right, "the right side")
    shapes = slip.shape(pair.left) if a is None else a, slip.shape(pair.right) if b is None else b
    known = [f"{name} is {shape}" for name, shape in zip(names, shapes, strict=True) if shape is not None]
    return ", ".join(dict.fromkeys(known))


def _matmul(slip: Slip, n: str, k: str) -> str:
    pair = slip.pick(_products(slip), lambda a: a[-1:] == (int(k),), lambda b: b[-2:][:1] == (int(n),))
    return _unaligned(slip, pair, k, n, "first", None, None)


def _dot(slip: Slip, left: str, right: str, k: str, n: str, axis: str) -> str:
    a, b = _read_shape(left), _read_shape(right)
    pair = slip.pick(_products(slip), lambda shape: shape == a, lambda shape: shape == b)
    return _unaligned(slip, pair, k, n, "first" if axis == "0" else "last", a, b)  # np.inner's is the last


def _unaligned(slip: Slip, pair: Pair | None, k: str, n: str, axis: str, a: Shape | None, b: Shape | None) -> str:
    code = _quoted(pair and pair.node, "The product `A @ B`")
    left, right = _named(pair and pair.left, "A"), _named(pair and pair.right, "B")
    said = f"{code} needs the last axis of {left}, {k}, to equal the {axis} axis of {right}, {n}"
    known = _known_shapes(slip, pair, a, b) if pair else f"they are {a} and {b}" if a and b else ""
    if pair and (a := a or slip.shape(pair.left)) and (b := b or slip.shape(pair.right)):
        fitting = _that_fit(_factor(pair.left), _factor(pair.right), a, b)
        return f"{said}: {known}." + (f" Did you mean {' or '.join(fitting)}?" if fitting else "")
    return (
        f"{said}{': ' if known else ''}{known}. Print both shapes: is a `.T` missing, or should the sides be swapped?"
    )


def _factor(node: ast.expr) -> tuple[str, str]:
    """Return an operand's code and its transpose's, as they stand in a product."""
    code = ast.unparse(node)
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
        code = f"({code})"
    return code, code.removesuffix(".T") if code.endswith(".T") else f"{code}.T"


def _that_fit(left: tuple[str, str], right: tuple[str, str], a: Shape, b: Shape) -> list[str]:
    """Return one or two products of the same arrays that are possible, those that are often meant first."""
    matrices = len(a) == len(b) == 2
    tried = [
        (len(a) == 2, left[1], right[0], a[::-1], b),
        (len(a) == 1 or matrices, right[0], left[0], b, a),
        (matrices, left[0], right[1], a, b[::-1]),
        (matrices, right[0], left[1], b, a[::-1]),
    ]
    fitting = [f"`{one} @ {other}`" for asked, one, other, c, d in tried if asked and _product_shape(c, d) is not None]
    return [code for code in fitting if len(code) <= MAX_CODE][:2]


def _number_in_product(slip: Slip, at: str) -> str:
    pairs = list(_products(slip))
    sides = [pair[1 + int(at)] for pair in pairs]
    side = next((side for side in sides if slip.shape(side) == ()), sides[0] if len(sides) == 1 else None)
    name = _named(side, f"the {('left', 'right')[int(at)]} side")
    return f"`@` multiplies arrays, and {name} is a single number: multiply by a number with `*`."


def _unequal(slip: Slip, text: str) -> str:
    shapes = [_read_shape(one) for one in re.findall(SHAPE, text)]
    clash = next(((a, b) for i, a in enumerate(shapes) for b in shapes[i + 1 :] if not _agree(a, b)), None)
    if not clash:
        return ""
    a, b = clash
    pairs = list(_elementwise(slip))
    pair = slip.pick(pairs, lambda left: left == a, lambda right: right == b)
    if not pair and (pair := slip.pick(pairs, lambda left: left == b, lambda right: right == a)):
        a, b = b, a  # max(w, r) asks whether r > w
    code = _quoted(pair.node, "This operation") if pair else "An operation entry by entry"
    known = _known_shapes(slip, pair, a, b) if pair else f"here they are {a} and {b}"
    if len(a) == len(b) == 1:
        ends = " Is a slice off by one?" if abs(a[0] - b[0]) == 1 and slip.all(ast.Slice) else ""
        return f"{code} needs as many entries on both sides: {known}.{ends}"
    return f"{code} needs shapes that agree from the last axis on, or are 1 there: {known}.{_mend(pair, a, b)}"


def _agree(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def _mend(pair: Pair | None, a: Shape, b: Shape) -> str:
    if a == b[::-1]:
        return " Is a `.T` missing?"
    wide, thin = (a, b) if len(a) > len(b) else (b, a)
    if len(wide) != 2 or len(thin) != 1 or thin[0] != wide[0]:
        return ""
    node = pair and (pair.right if thin == b else pair.left)
    if isinstance(node, ast.Call) and _last_name(node.func) in REDUCTIONS:
        return f" For one number per row keep the axis: add `keepdims=True` to {_named(node, 'the call')}."
    return f" For one number per row add an axis: `{_code(node) if isinstance(node, ast.Name) else 'r'}[:, None]`."


def _grows(slip: Slip, before: str, after: str) -> str:
    out, full = _read_shape(before), _read_shape(after)
    changed = next(iter(slip.all(ast.AugAssign)), None)
    name = _named(changed and changed.target, "the left side")
    said = f"`{_sign(changed)}=` keeps the shape of {name}, {out}, and the right side makes it {full}."
    axis = next((axis for axis in (0, -1) if len(full) > 1 and (full[1:] if axis == 0 else full[:-1]) == out), None)
    return said + (f" Sum or average the right side over axis={axis} first?" if axis is not None else "")


def _sign(node: ast.BinOp | ast.AugAssign | None) -> str:
    return SIGNS.get(type(node.op), "+") if node else "+"


def _target(slip: Slip) -> str:
    targets = [target for node in slip.all(ast.Assign) for target in node.targets if isinstance(target, ast.Subscript)]
    code = _code(targets[0]) if targets else ""
    return f"`{code} = ...`" if code else "The place on the left of `=`"


def _no_room(slip: Slip, value: str, room: str) -> str:
    return f"{_target(slip)} has room for shape {_read_shape(room)}, and the value is {_read_shape(value)}."


def _one_entry(slip: Slip) -> str:
    return (
        f"{_target(slip)} has room for one number, and the value is a whole array or list: "
        "is an index, a sum or a mean missing?"
    )


def _axis(slip: Slip, axis: str, ndim: str) -> str:
    for call in slip.all(ast.Call):
        of = next(iter(_operands(call)), None)
        shape = slip.shape(of)
        if shape is not None and len(shape) == int(ndim) and "axis" in [keyword.arg for keyword in call.keywords]:
            return f"{_named(of, 'the array')} has no axis {axis}: its shape is {shape}, and axes count from 0."
    has = {"0": "is a single number", "1": "has one axis, axis 0"}.get(ndim, f"has {ndim} axes, which count from 0")
    return f"There is no axis {axis}: the array {has}."


def _joined(slip: Slip, *found: str) -> str:
    call = next(iter(slip.calls(*JOINERS)), None)
    args = call.args if call else []
    parts = args[0].elts if args and isinstance(args[0], (ast.List, ast.Tuple)) else args
    shapes = [(_named(part, "another"), slip.shape(part)) for part in parts]
    known = [f"{name} is {shape}" for name, shape in shapes if shape is not None]
    shown = f": {', '.join(known)}" if known else ""
    match found:
        case (a, b):
            column = " `x[:, None]` makes a column of an array with one axis." if "1" in found else ""
            return f"The arrays to join have {a} and {b} axes{shown}.{column}"
        case (axis, a, b):
            return f"The arrays to join must agree on axis {axis}, where they have {a} and {b} entries{shown}."
    return f"{_quoted(call and call.func, '`np.stack`')} needs arrays of the same shape{shown}."


def _reshape(slip: Slip, size: str, shape: str) -> str:
    room = math.prod(map(int, re.findall(r"(?<!-)\b\d+", shape)))
    shown = re.sub(r",(?=[^)])", ", ", shape.replace("newaxis", "-1"))
    return f"{size} numbers do not fit into the shape {shown}, which holds {'a multiple of ' * ('-1' in shown)}{room}."


def _singular(slip: Slip) -> str:
    name = _named(slip.argument_of("inv", "solve"), "the matrix")
    other = "np.linalg.lstsq" if slip.calls("solve") else "np.linalg.pinv"
    return (
        f"There is no inverse of {name}: a column follows from others, say by being repeated. `{other}` copes with it."
    )


def _not_square(slip: Slip) -> str:
    node = slip.argument_of("inv", "solve", "det", "eig", "eigh", "cholesky")
    shape = slip.shape(node)
    return "A square matrix is needed here" + (f", and {_named(node, 'this one')} is {shape}." if shape else ".")


def _ambiguous(slip: Slip) -> str:
    """Explain a truth value of many entries by the part of the line that asks for one."""
    for call in slip.calls("max", "min", "sorted"):
        if isinstance(call.func, ast.Name) and any(_many(slip, value) for value in call.args):
            return _builtin_order(call, call.func.id)
    tests = {id(node.test): word for kind, word in TESTS.items() for node in slip.all(kind)}
    tests |= {id(test): "if" for node in slip.all(ast.comprehension) for test in node.ifs}
    for node in slip.nodes:
        if id(node) in tests and not isinstance(node, ast.Constant):  # such as the `if 0` before `elif`
            return _test(slip, node, tests[id(node)])
    for node in slip.nodes:
        match node:
            case ast.BoolOp(op=op, values=values):
                word, sign = ("and", " & ") if isinstance(op, ast.And) else ("or", " | ")
                better = shortened(sign.join(f"({ast.unparse(value)})" for value in values))
                return f"`{word}` joins two single truth values, and these are arrays: write `{better}`."
            case ast.Compare(ops=[_, _, *_]):
                both = _quoted(node, "This")
                return f"{both} is two comparisons joined by `and`, which takes no arrays: write `{_unchained(node)}`."
            case ast.Compare(ops=[ast.In() | ast.NotIn()]):
                return "`in` compares with `==`, and of arrays that is an array: use np.array_equal(a, b) for each."
            case ast.UnaryOp(op=ast.Not()):
                return "`not` takes a single truth value, and this is an array: `~` flips each entry of a mask."
    return (
        "A whole array came where one truth value is needed. "
        "For each entry use np.where(...) or a mask, for all together np.all(...) or np.any(...)."
    )


def _builtin_order(call: ast.Call, name: str) -> str:
    if len(call.args) != 2 or name == "sorted":
        return f"Python's own `{name}` compares whole rows: use `np.{'sort' if name == 'sorted' else name}`."
    better = shortened(f"np.{name}imum({', '.join(map(ast.unparse, call.args))})")
    return f"Python's own `{name}` compares whole arrays: `{better}` compares entry by entry."


def _many(slip: Slip, node: ast.AST) -> bool:
    """Whether an expression may be an array of several entries."""
    shape = slip.shape(node)
    return not isinstance(node, ast.Constant) and (shape is None or math.prod(shape) != 1)


def _test(slip: Slip, test: ast.AST, word: str) -> str:
    parts = test.values if isinstance(test, ast.BoolOp) else [test.operand if isinstance(test, ast.UnaryOp) else test]
    part = next((part for part in parts if _many(slip, part)), parts[0])
    shape = slip.shape(part)
    array = f"an array of shape {shape}" if shape else "an array"
    said = f"{_quoted(part, 'The condition')} is {array}, True or False for each entry, and `{word}` takes only one"
    if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Eq, ast.NotEq)):
        return (
            f"{said}. np.array_equal(a, b) tells whether arrays are equal, np.where or a mask chooses for each entry."
        )
    if word != "if":
        return f"{said}: np.all(...) or np.any(...) makes one of them."
    mask = _unchained(part) if isinstance(part, ast.Compare) else "condition"
    return f"{said}. For each entry use `np.where({mask}, ..., ...)` or a mask, for the whole np.all or np.any."


def _unchained(node: ast.Compare) -> str:
    sides = [node.left, *node.comparators]
    links = [ast.unparse(ast.Compare(a, [op], [b])) for op, (a, b) in zip(node.ops, pairwise(sides), strict=True)]
    return shortened(links[0] if len(links) == 1 else " & ".join(f"({link})" for link in links))


def _power(slip: Slip) -> str:
    for node in slip.all(ast.BinOp, ast.AugAssign):
        if isinstance(node.op, ast.BitXor):
            better = f"`{_code(node.target)} **= ...`" if isinstance(node, ast.AugAssign) else ""
            better = better or _quoted(ast.BinOp(node.left, ast.Pow(), node.right), "`**`")
            return f"`^` is no power in Python, it works on bits: write {better}."
    return "`^` is no power in Python, it works on bits: write `**`."


def _unsupported(slip: Slip, sign: str, left: str, right: str) -> str:
    both = f"{left} {right}"
    said = f"`{sign}` does not work between {_type(left)} and {_type(right)}"
    if re.search(rf"\b{FUNCTION}\b", both):
        return f"{said}: call the function, with parentheses, as in `x.mean()`."
    if re.search(rf"\b{LAZY}\b", both):
        return f"{said}: make an array of it first, np.array(list(...))."
    if re.search(r"\bstr\b", both):
        return f"{said}: float(...) or int(...) makes a number of a text, str(...) a text of a number."
    if re.search(r"\btuple\b", both):
        return f"{said}. {UNPACK}"
    if re.search(r"\blist\b", both):
        lists = [node.id for node in slip.all(ast.Name) if isinstance(slip.arguments.get(node.id), list)]
        return f"{said}: np.array({lists[0] if lists else '...'}) makes an array, which computes entry by entry."
    return f"{said}: multiply numbers with `*`." if sign == "@" else f"{said}."


def _cast(slip: Slip, before: str, after: str) -> str:
    changed = next(iter(slip.all(ast.AugAssign)), None)
    if not changed or "int" not in after:
        return f"The result is {before}, and the array to hold it is {after}: start with floats, `.astype(float)`."
    target, sign = _code(changed.target), _sign(changed)
    name = target.partition("[")[0] or "x"
    floats = f"make floats of them first, `{name} = {name}.astype(float)`."
    whole = f"`{target or 'x'} {sign}= ...` puts fractions into an array of whole numbers ({after})"
    return f"{whole}: {floats}" if target != name else f"{whole}: write `{name} = {name} {sign} ...`, or {floats}"


def _none(slip: Slip) -> str:
    """Say what is None, as far as the line tells, and where that comes from."""
    nodes = [node for node in _used(slip, slip.error.text) if _may_be_none(slip, node)]
    for node in nodes:
        name = _last_name(node.func) if isinstance(node, ast.Call) else ""
        if name == "print":
            return "`print` only shows a value and returns None: go on with the value itself."
        if name in IN_PLACE:
            call = _quoted(node, f"`{name}`")
            return f"{call} works in place and returns None: give it a line of its own; {IN_PLACE[name]}."
        if isinstance(node, ast.Name) and node.id in slip.arguments:
            return f"{node.id} is None in this case: ask `if {node.id} is None:` first, and say what holds then."
    only = nodes[0] if len({ast.unparse(node) for node in nodes}) == 1 else None
    if isinstance(only, ast.Call):
        return f"{_quoted(only, 'The call')} returns None, that is, nothing: is a `return` missing in the function?"
    return (
        f"{_named(only, 'Something here')} is None, that is, nothing: a function gave it that has no `return`, or that "
        "works in place, as rng.shuffle(x), x.sort() and x.append(y) do. Call those without `name =` in front."
    )


def _used(slip: Slip, text: str) -> list[ast.expr]:
    """Return the parts of the line that are used in the way that an error speaks of."""
    if "subscriptable" in text or "item assignment" in text:
        return [node.value for node in slip.all(ast.Subscript)]
    if match := re.search(r"no attribute '(\w+)'", text):
        return [node.value for node in slip.all(ast.Attribute) if node.attr == match[1]]
    if "not callable" in text:
        return [node.func for node in slip.all(ast.Call)]
    if "unpack" in text:
        return [node.value for node in slip.all(ast.Assign)]
    if "unary" in text:
        return [node.operand for node in slip.all(ast.UnaryOp)]
    if "not supported between" in text:
        return [side for node in slip.all(ast.Compare) for side in (node.left, *node.comparators)]
    if match := re.search(r"operand type\(s\) for ([^ :=]+)", text):
        nodes = [node for node in slip.all(ast.BinOp, ast.AugAssign) if SIGNS.get(type(node.op)) == match[1]]
        return [side for node in nodes for side in (_left(node), _right(node))]
    arguments = [value for call in slip.all(ast.Call) for value in call.args]
    loops = slip.all(ast.For, ast.comprehension) if "iterable" in text else []
    return [loop.iter for loop in loops] + arguments


def _may_be_none(slip: Slip, node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id not in IMPORTS and (node.id not in slip.arguments or slip.arguments[node.id] is None)
    return isinstance(node, ast.Call) and not _is_numpy(node)


def _out_of_bounds(slip: Slip, index: str, axis: str | None, size: str) -> str:
    at = int(axis or 0)
    bases = [node.value for node in slip.all(ast.Subscript)]
    base = next((base for base in bases if (slip.shape(base) or ())[at : at + 1] == (int(size),)), None)
    name = _named(base, "the array")
    where = name if axis is None or len(slip.shape(base) or ()) == 1 else f"axis {axis} of {name}"
    if int(size) == 0:
        return f"Index {index} is asked for, and {where} is empty: say what holds for no data."
    entries = f"{size} {'entry' if size == '1' else 'entries'}, counted from 0 to {int(size) - 1}"
    return f"Index {index} is asked for, and {where} has {entries}."


def _too_many(slip: Slip, ndim: str, asked: str) -> str:
    bases = [node.value for node in slip.all(ast.Subscript)]
    if ndim == "0":
        return _no_entries(slip)
    base = next((base for base in bases if len(slip.shape(base) or ()) == int(ndim)), None)
    shape = f": its shape is {slip.shape(base)}" if base else ""
    axes = "one axis" if ndim == "1" else f"{ndim} axes"
    return f"{_named(base, 'The array')} has {axes}, and {asked} indices stand here{shape}."


def _float_index(slip: Slip, *_: str) -> str:
    for node in slip.all(ast.Subscript):
        if whole := _whole_division(node.slice):
            return f"An index must be a whole number, and `/` gives a float: write {whole}."
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return "Only dictionaries take a text as index: arrays and lists take whole numbers."
        if getattr(slip.value(node.slice), "dtype", np.dtype(int)).kind == "f":
            name = ast.unparse(node.slice)
            return f"An index must be a whole number, and {name} holds floats: write `{name}.astype(int)`."
    return (
        "An index must be a whole number, and a float came: `//` divides without a rest, `int(...)` makes one whole "
        "number, `.astype(int)` an array of them."
    )


def _list_index(slip: Slip, what: str, got: str) -> str:
    if re.fullmatch(NUMBER, got):
        return _float_index(slip)
    nodes = slip.all(ast.Subscript)
    node = next((node for node in nodes if type(slip.value(node.value)).__name__ == what), nodes[0] if nodes else None)
    name = _named(node and node.value, "this")
    if node and isinstance(node.slice, ast.Tuple) and got == "tuple":
        better = shortened(ast.unparse(node.value) + "".join(f"[{ast.unparse(part)}]" for part in node.slice.elts))
        return f"A {what} takes one index at a time: write `{better}`, or make an array of it, np.array(...)."
    if got == "str":
        return f"Only a dictionary takes a text as index, and {name} is a {what}."
    return f"Only arrays take {_type(got)} as index, and {name} is a {what}: np.array(...) makes an array of it."


def _array_as_index(slip: Slip) -> str:
    for call in slip.all(ast.Call):
        name = _last_name(call.func)
        if _is_numpy(call) and len(call.args) > 1:
            if name in JOINERS:
                return _one_list(call)
            if name in REDUCTIONS:
                return f"`np.{name}` takes one array: its second argument is the axis."
    for node in slip.all(ast.Subscript):
        if isinstance(slip.value(node.value), list):
            name = ast.unparse(node.value)
            return f"{name} is a list, and only arrays take an array as index: `np.array({name})` makes it one."
    if slip.all(ast.Subscript) and not slip.calls("range"):
        return "Only arrays take an array as index: `np.array(...)` makes an array of a list."
    return "One whole number is needed here, and an array came: `len(...)` counts its entries."


def _one_list(call: ast.Call) -> str:
    name = ast.unparse(call.func)
    better = shortened(f"{name}([{', '.join(map(ast.unparse, call.args))}])")
    return f"`{name}` takes one list of what belongs together: `{better}`."


def _shape_index(slip: Slip) -> str:
    for node in slip.all(ast.Subscript):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            of, shape = node.value.value, slip.shape(node.value.value)
            has = "has fewer axes" if shape is None else f"is {shape}"
            return f"{_quoted(node, 'This')} asks for an axis that {_named(of, 'the array')} does not have: it {has}."
    return ""


def _short(slip: Slip, kind: str) -> str:
    for node in slip.all(ast.Subscript):
        value = slip.value(node.value)
        if isinstance(value, (list, tuple, str)) and type(value).__name__.startswith(kind[:3]):
            entries = f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
            last = f", so the last index is {len(value) - 1}" if len(value) else ""
            return f"The index is beyond the end: {ast.unparse(node.value)} has {entries}{last}."
    return ""


def _no_entries(slip: Slip) -> str:
    bases = _numbers(slip, [node.value for node in slip.all(ast.Subscript)])
    name = _named(bases[0] if len(bases) == 1 else None, "What stands before the `[`")
    return f"{name} is a single number, so it takes no index: is one index too many, or was the array summed before?"


def _numbers(slip: Slip, nodes: list[ast.expr]) -> list[ast.expr]:
    """Return the parts that may be single numbers; only those that are, if there are some."""
    unknown = [node for node in nodes if slip.shape(node) is None and not np.iterable(slip.value(node))]
    return [node for node in nodes if slip.shape(node) == ()] or unknown


def _unknown_name(slip: Slip, name: str) -> str:
    if name in IMPORTS:
        return f"{name} is not imported: run the cell with `{IMPORTS[name]}` first, or write that line."
    near = [node.id for node in slip.all(ast.Name) if node.id != name]
    names = [*slip.arguments, *near, *BUILTINS]
    close = [other for other in names if other.lower() == name.lower()]
    close = close or difflib.get_close_matches(name, [one for one in names if len(one) > 1], 1, 0.75)
    if not close and len(name) > 1 and name in dir(np):
        close = [f"np.{name}"]
    if close:
        return f"There is no {name} here. Did you mean {close[0]}?"
    tables = [key for key, value in slip.arguments.items() if isinstance(value, np.ndarray) and value.ndim == 2]
    if name in ("N", "D") and tables:
        return f"{name} has no value yet: set it first, say with `N, D = {tables[0]}.shape`."
    given = f" The function is given {_listed(slip.arguments)}." if slip.arguments else ""
    return f"There is no {name} here: is it misspelled, or set in a cell that did not run?{given}"


def _unset(slip: Slip, name: str) -> str:
    if name in IMPORTS or hasattr(builtins, name):
        return f"Your function sets {name} itself, so it has no value before that line: choose another name there."
    if any(_code(node.target) == name for node in slip.all(ast.AugAssign)):
        return f"{name} has no value yet that could change: set it first, say `{name} = 0` before the loop."
    return f"{name} has no value yet: it gets one later, or in an `if` or a loop that was not entered. Set it before."


def _not_callable(slip: Slip, kind: str) -> str:
    calls = slip.all(ast.Call)
    for call in calls:
        func, name, inside = call.func, _last_name(call.func), shortened(", ".join(map(ast.unparse, call.args)))
        if isinstance(func, (ast.Constant, ast.BinOp)) and re.fullmatch(NUMBER + r"|numpy\.ndarray", kind):
            return f"{_quoted(call, 'This')} is read as a call: for a product write {_product(func, call)}."
        if isinstance(func, ast.Attribute) and name in PROPERTIES:
            better = f"`{_code(func)}[{inside}]`" if call.args and name == "shape" else f"`{_code(func) or name}`, bare"
            return f".{name} is no function: write {better}."
        if isinstance(func, ast.Name) and isinstance(slip.value(func), Seed):
            return f"{name} is a random generator, no function: call one of its methods, say `{name}.random()`."
        if isinstance(func, ast.Name) and name in slip.arguments and not callable(slip.arguments[name]):
            entry = [] if re.fullmatch(NUMBER, kind) else [f"for an entry write `{name}[{inside}]`"]
            product = [] if kind in ("list", "tuple", "dict", "str") else [f"for a product {_product(func, call)}"]
            better = ", ".join(entry + product) if call.args else "leave out the parentheses"
            return f"{name} is {_type(kind)}, no function: {better}."
    others = [call.func for call in calls if not _is_numpy(call) and not callable(slip.value(call.func))]
    funcs = {ast.unparse(func): func for func in others}
    name = next(iter(funcs)) if len(funcs) == 1 else ""
    if hasattr(builtins, name) and kind != "type":
        return f"{name} is a variable of yours here, and hides Python's function: choose another name for it."
    what = f" (is it {_named(funcs[name], 'this one')}?)" if name else ""
    better = "an index stands in square brackets, and a product needs its `*`"
    if kind == "module":
        better = "name a function in it, as in `np.array(...)`"
    return f"What is called here is {_type(kind)}, no function{what}: {better}."


def _product(left: ast.expr, call: ast.Call) -> str:
    product = ast.BinOp(left, ast.Mult(), call.args[0]) if len(call.args) == 1 else None
    return _quoted(product, "`... * (...)`")


def _count(slip: Slip, name: str, said: str) -> str:
    name = name.rpartition(".")[2]
    if not slip.error.line and name not in dir(np):  # it never came to the function's first line
        given = f" with {_listed(slip.arguments)}" if slip.arguments else ""
        return f"The exercise calls your function{given}: keep the line `def ...` as it was."
    call = next(iter(slip.calls(name)), None)
    if (not call or callable(slip.value(call.func))) and (told := _given_function(slip)):
        return told
    if call and _is_numpy(call) and name in JOINERS | {"array"} and len(call.args) > 1:
        return _one_list(call)
    shown = _quoted(call and call.func, "A function" if "<" in name else f"`{shortened(name)}`")
    if match := re.search(r"^missing .*?('.*')", said):
        missing = re.findall(r"'(\w+)'", match[1])
        return f"{shown} needs {_listed(missing)} as well."
    if match := re.search(r"^takes (.*) positional arguments? but (\d+)", said):
        return f"{shown} takes {match[1]} argument{'s' * (match[1] != '1')}, and here it gets {match[2]}."
    return _as_it_is(f"{shown} is called with other arguments than it takes", said)


def _given_function(slip: Slip) -> str:
    """Say what a function among the arguments takes, if the line calls one."""
    for call in slip.all(ast.Call):
        if callable(function := slip.value(call.func)):
            try:
                names = list(inspect.signature(function).parameters)
            except (TypeError, ValueError):
                continue
            takes = f"{len(names)} argument{'s' * (len(names) != 1)}" + (f", {_listed(names)}" if names else "")
            return f"{_last_name(call.func)} takes {takes}, and this line gives it others."
    return ""


def _spare(slip: Slip) -> str:
    for call in slip.all(ast.Call):
        name = _last_name(call.func)
        if _is_numpy(call) and _is_elementwise(name) and len(call.args) > 1:
            base = " np.log2 and np.log10 take other bases." if name == "log" else ""
            return f"`np.{name}` takes one array: what comes second is a place for the result.{base}"
    return _given_function(slip)


def _keyword(slip: Slip, name: str, keyword: str) -> str:
    name = name.rpartition(".")[2]
    if not slip.error.line:
        return _count(slip, name, "")
    call = next(iter(slip.calls(name)), None)
    if call and isinstance(call.func, ast.Name) and name in REDUCTIONS and keyword in KEYWORDS:
        return f"Python's own `{name}` has no argument {keyword}: write `np.{name}`."
    close = difflib.get_close_matches(keyword, KEYWORDS, 1)
    meant = f" Did you mean {close[0]}?" if close and close[0] != keyword else ""
    return f"{_quoted(call and call.func, f'`{shortened(name)}`')} has no argument {shortened(keyword)}.{meant}"


def _module_attribute(slip: Slip, module: str, name: str) -> str:
    library = {"numpy": np, "numpy.linalg": np.linalg, "numpy.random": np.random, "math": math}.get(module)
    short = module.replace("numpy", "np", 1)
    meant = IN_NUMPY.get(name) if module.startswith("numpy") else None
    for place, known in (("np.linalg", np.linalg), ("np.random", np.random), ("np", np)):
        meant = meant or (f"{place}.{name}" if name in dir(known) and place != short else None)
    if not meant and library:
        close = difflib.get_close_matches(name, dir(library), 1, 0.7)
        meant = f"{short}.{close[0]}" if close else None
    said = f"There is no {short}.{shortened(name)}"
    return f"{said}. Did you mean {meant}?" if meant else f"{said}: look its name up, or write it yourself."


def _attribute(slip: Slip, kind: str, name: str) -> str:
    owners = {ast.unparse(node.value): node.value for node in slip.all(ast.Attribute) if node.attr == name}
    fitting = [node for node in owners.values() if _may_be(slip.value(node), kind)]
    what = f"{_named(fitting[0], 'This') if len(fitting) == 1 else 'Something here'} is {_type(kind)}"
    if re.fullmatch(FUNCTION, kind):
        return f"{what}, and .{name} belongs to what it returns: call it, with parentheses."
    if kind == "numpy.ndarray":
        other = IN_ARRAYS.get(name) or (f"np.{name}(x)" if name in dir(np) else "")
        return _no_such(what, name, other, np.ndarray)
    if kind.endswith("Generator"):
        return _no_such(what, name, IN_GENERATORS.get(name, ""), np.random.Generator)
    if name in dir(np.ndarray) and name not in dir(list):
        if kind == "tuple":
            return f"{what}, and .{name} belongs to arrays. {UNPACK}"
        if kind == "list":
            length = ", and `len(...)` counts its entries" if name in ("shape", "size") else ""
            return f"{what}, and .{name} belongs to arrays: `np.array(...)` makes an array of a list{length}."
        if re.fullmatch(NUMBER, kind):
            return f"{what}, and .{name} belongs to arrays: was the array summed or indexed before?"
    known = {"list": list, "tuple": tuple, "dict": dict, "set": set, "str": str}.get(kind)
    if name == "append":
        return f"{what}, which has no .append: {APPENDING.get(kind, 'start with a list, `[]`')}."
    return _no_such(what, name, "", known)


def _may_be(value: Any, kind: str) -> bool:
    """Whether a name may stand for something of a type, to judge by the argument of that name, if there is one."""
    name = "Generator" if isinstance(value, Seed) else type(value).__name__
    return value is None or name == kind.rpartition(".")[2]


def _no_such(what: str, name: str, other: str, owner: type | None) -> str:
    names = [one for one in dir(owner) if not one.startswith("_")] if owner else []
    close = difflib.get_close_matches(name, names, 1)
    meant = other or (f".{close[0]}" if close else "")
    return f"{what}, which has no .{shortened(name)}." + (f" Did you mean {meant}?" if meant else "")


def _unpacked(slip: Slip, expected: str, got: str | None = None) -> str:
    right = got or "more"
    for node in slip.all(ast.Assign):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            of, shape = _named(node.value.value, "the array"), slip.shape(node.value.value)
            if shape is not None and len(shape) != int(expected):
                return f"{_quoted(node, 'This')} needs an array of {expected} axes, and {of} is {shape}."
    for loop in slip.all(ast.For, ast.comprehension):
        if not isinstance(loop.target, ast.Tuple):
            continue
        what = _named(loop.iter, "the data")
        return f"Each entry of {what} should give {expected} values and has {right}: is enumerate or zip missing?"
    return (
        f"The left side takes {expected} values, and the right side gives {right}: a function gives what it returns, "
        "an array its rows."
    )


def _one_value(slip: Slip, kind: str) -> str:
    for loop in slip.all(ast.For, ast.comprehension):
        if not isinstance(loop.target, ast.Tuple):
            continue
        what = _named(loop.iter, "the data")
        return f"Each entry of {what} should give several values and is {_type(kind)}: is enumerate or zip missing?"
    return f"The left side takes several values, and the right side is only one, {_type(kind)}."


def _scalar(slip: Slip) -> str:
    for call in slip.all(ast.Call):
        name, arrays = _last_name(call.func), [value for value in call.args if _many(slip, value)]
        if not arrays:
            continue
        shape = slip.shape(arrays[0])
        what = f"{_named(arrays[0], 'this')} is an array" + (f" of shape {shape}" if shape else "")
        if isinstance(call.func, ast.Attribute) and _code(call.func.value) == "math":
            better = {"pow": "power", "fabs": "abs"}.get(name, name)
            if better in dir(np):
                return f"`math.{name}` takes one number, and {what}: `np.{better}` works on each entry."
        if isinstance(call.func, ast.Name) and name in ("int", "float"):
            return f"`{name}(...)` takes one number, and {what}: `.astype({name})` works on each entry."
    return _one_entry(slip) if "= ..." in _target(slip) else ""


def _not_whole(slip: Slip) -> str:
    what = "`range` needs" if slip.calls("range") else "A number of entries must be"
    counts = [part for call in slip.calls(*COUNTING) for part in (*call.args, *call.keywords)]
    whole = next((better for part in counts if (better := _whole_division(part))), "")
    better = f"`/` gives a float: write {whole}" if whole else "a float came: write `//` in place of `/`, or `int(...)`"
    return f"{what} a whole number, and {better}."


def _shape_as_tuple(slip: Slip) -> str:
    for call in slip.calls("zeros", "ones", "empty", "random", "array"):
        if len(call.args) > 1:
            name, inside = ast.unparse(call.func), ", ".join(map(ast.unparse, call.args))
            if name.endswith("array"):
                return _one_list(call)
            return f"`{name}` takes the shape as one tuple: `{shortened(f'{name}(({inside}))')}`."
    return ""


def _not_iterable(slip: Slip, kind: str) -> str:
    for node in _numbers(slip, [loop.iter for loop in slip.all(ast.For, ast.comprehension)]):
        if not isinstance(node, ast.Call) and (name := _code(node)):
            what = _named(node, "this")
            return f"A loop goes through entries, and {what} is {_type(kind)}: write `range({name})` to count."
    for call in slip.calls("sum", "max", "min", "list", "enumerate", "sorted"):
        if isinstance(call.func, ast.Name) and _numbers(slip, call.args[:1]):
            what = f"{_named(call.args[0], 'this')} is {_type(kind)}"
            return f"`{call.func.id}` needs a list or an array, and {what}: was it summed or indexed before?"
    return f"A list or an array is needed here, and {_type(kind)} came: `range(n)` counts to n."


def _no_length(slip: Slip) -> str:
    of = slip.argument_of("len")
    return f"`len` counts entries, and {_named(of, 'this')} is a single number." if of else ""


def _by_zero(slip: Slip) -> str:
    nodes = slip.all(ast.BinOp, ast.AugAssign)
    divisors = [_right(node) for node in nodes if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod))]
    known = [slip.value(divisor) for divisor in divisors]
    divisors = [node for node, value in zip(divisors, known, strict=True) if value is None or not np.any(value)]
    only = divisors[0] if len(divisors) == 1 and not isinstance(divisors[0], ast.Constant) else None
    return f"{_named(only, 'A divisor')} is 0 here, and nothing can be divided by 0: say first what holds in that case."


def _repeated(slip: Slip, kind: str) -> str:
    lists = [node.id for node in slip.all(ast.Name) if isinstance(slip.value(node), list)]
    if lists:
        return f"{lists[0]} is a list, which `*` repeats: `np.array({lists[0]})` makes an array, which it multiplies."
    return f"`*` repeats a list, a tuple or a text: np.array(...) makes an array, which it multiplies. {UNPACK}"


def _assertion(slip: Slip) -> str:
    own = re.match(r"assert\b", slip.error.line)
    return _as_it_is("Your own `assert` does not hold here", slip.error.text[:MAX_TEXT]) if own else ""


LOOKED_INTO: tuple[tuple[str, str, Say], ...] = (
    ("TypeError AttributeError", r"NoneType", _none),
    ("ValueError", r"^matmul: .*core dimension .*\(size (\d+) is different from (\d+)\)", _matmul),
    ("ValueError", rf"shapes {SHAPE} and {SHAPE} not aligned: (\d+) \(dim \d+\) != (\d+) \(dim (\d+)\)", _dot),
    ("ValueError", r"^matmul: Input operand ([01]) does not have enough dimensions", _number_in_product),
    ("ValueError", r"could not be broadcast together with shapes ([\d,() ]+)", _unequal),
    ("ValueError", rf"output operand with shape {SHAPE} doesn't match the broadcast shape {SHAPE}", _grows),
    ("ValueError", rf"could not broadcast input array from shape {SHAPE} into shape {SHAPE}", _no_room),
    ("ValueError", rf"value array of shape {SHAPE} could not be .* result of shape {SHAPE}", _no_room),
    ("ValueError", r"setting an array element with a sequence\.$", _one_entry),
    ("AxisError", r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _axis),
    ("ValueError", r"index \d+ has (\d+) dimension\(s\) and the array at index \d+ has (\d+)", _joined),
    ("ValueError", r"along dimension (\d+), .* has size (\d+) and .* has size (\d+)", _joined),
    ("ValueError", r"all input arrays must have the same shape", _joined),
    ("ValueError", r"cannot reshape array of size (\d+) into shape (\([\w,-]*\))", _reshape),
    ("LinAlgError", r"Singular matrix", _singular),
    ("LinAlgError", r"must be square", _not_square),
    ("ValueError", r"truth value of an array", _ambiguous),
    ("TypeError", r"'bitwise_xor' not supported|for \^=?:", _power),
    ("TypeError", r"operand type\(s\) for ((?![&|])[^ :]+)(?: or pow\(\))?: '([\w.]+)' and '([\w.]+)'", _unsupported),
    ("TypeError", r"'([<>]=?)' not supported between instances of '([\w.]+)' and '([\w.]+)'", _unsupported),
    ("UFuncTypeError", r"output from dtype\('(\w+)'\) to dtype\('(\w+)'\)", _cast),
    ("IndexError", r"index (-?\d+) is out of bounds for (?:axis (\d+) with )?size (\d+)", _out_of_bounds),
    ("IndexError", r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed", _too_many),
    ("IndexError", r"only integers, slices|arrays used as indices must be of integer", _float_index),
    ("IndexError", r"tuple index out of range", _shape_index),
    ("IndexError", r"^(list|tuple|string) index out of range", _short),
    ("IndexError", r"invalid index to scalar variable", _no_entries),
    ("TypeError", rf"'{NUMBER}' object is not subscriptable", _no_entries),
    ("TypeError", r"(list|tuple|string) indices must be integers(?: or slices)?, not '?([\w.]+)", _list_index),
    ("TypeError", r"slice indices must be integers", _float_index),
    ("TypeError", r"only integer scalar arrays can be converted to a scalar index", _array_as_index),
    ("NameError", r"^name '(\w+)' is not defined", _unknown_name),
    ("UnboundLocalError", r"local variable '(\w+)'", _unset),
    ("TypeError", r"'([\w.]+)' object is not callable", _not_callable),
    ("TypeError", r"^([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", _keyword),
    (
        "TypeError",
        r"'(\w+)' is an invalid keyword argument for (\w+)",
        lambda slip, word, name: _keyword(slip, name, word),
    ),
    ("TypeError", r"^([\w.<>]+)(?:\(\))? ((?:takes|missing|expected|got multiple) .*)", _count),
    ("TypeError", r"must be of ArrayType|too many positional arguments|missing a required argument", _spare),
    ("AttributeError", r"^module '([\w.]+)' has no attribute '(\w+)'", _module_attribute),
    ("AttributeError", r"^'([\w.]+)' object has no attribute '(\w+)'", _attribute),
    ("ValueError", r"values to unpack \(expected (?:at least )?(\d+)(?:, got (\d+))?", _unpacked),
    ("TypeError", r"cannot unpack non-iterable ([\w.]+) object", _one_value),
    ("TypeError", rf"^'({NUMBER})' object is not iterable", _not_iterable),
    ("TypeError", rf"object of type '{NUMBER}' has no len|len\(\) of unsized object", _no_length),
    ("TypeError", r"only (?:0-dimensional|length-1|size-1) arrays can be converted", _scalar),
    ("TypeError", r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer", _not_whole),
    ("TypeError", r"expected a sequence of integers or a single integer, got '[\w.(]*\d", _not_whole),
    ("TypeError", r"Cannot interpret '.*' as a data type", _shape_as_tuple),
    ("ZeroDivisionError", r"by zero|^float (?:modulo|divmod)", _by_zero),
    ("TypeError", r"can't multiply sequence by non-int of type '([\w.]+)'", _repeated),
    ("AssertionError", r"", _assertion),
)

# A line with kinds and a pattern, then a sentence, whose fields are the pattern's groups.
SENTENCES = rf"""
ValueError: Input operand .* \(size (?P<n>\d+) is different from (?P<m>\d+)\)
    The two arrays do not fit together, {{m}} beside {{n}}: print their shapes.
ValueError: inhomogeneous
    The rows to make an array of differ in length, or some are numbers and others arrays, and an array is a full table:
    print the shapes of the parts.
IndexError: indexing arrays could not be broadcast together with shapes (?P<a>\([\d,]*\)) (?P<b>\([\d,]*\))
    Two arrays of indices name entries in pairs, so both need as many: they are {{a}} and {{b}}.
ValueError: zero-dimensional arrays cannot be concatenated
    Single numbers cannot be joined as arrays are: put each into a list, [x], or make one array, np.array([a, b]).
ValueError: need at least one array to
    There are no arrays to join: say what holds for no data, or look at the loop that collects them.
ValueError: can only specify one unknown dimension
    `reshape` can work out the length of one axis only: write -1 once.
ValueError: truth value of an empty array
    An empty array is neither true nor false: ask `len(x) > 0`.
LinAlgError: at least two-dimensional
    A matrix, with two axes, is needed here, and the array has fewer.
LinAlgError: not positive definite
    The matrix is not positive definite, and np.linalg.cholesky takes only those.
LinAlgError: Incompatible dimensions
    Both arrays need the same number of rows: print their shapes.
LinAlgError: not converge|infs or NaNs
    The matrix holds nan, infinity or far too large numbers: look at the steps before.
TypeError: 'bitwise_(and|or)' not supported|type\(s\) for [&|]
    `&` and `|` bind more tightly than `<` and `==`: put each comparison in parentheses, `(a > 0) & (b < 1)`.
TypeError: 'invert' not supported|bad operand type for unary ~
    `~` flips the entries of a mask; the negative of numbers is `-x`.
TypeError: numpy boolean (subtract|negative)
    `-` does not work on True and False: `mask.astype(float)` makes ones and zeros of them, `~mask` flips them.
TypeError: Cannot cast array data from dtype\('float\d+'\) to dtype\('u?int\d+'\)
    Whole numbers are needed here, and floats came: `.astype(int)` makes whole numbers of them.
TypeError: bad operand type for (unary )?(?P<sign>[^ :]+): '{FUNCTION}'
    `{{sign}}` needs a number, and this is a function: its parentheses are missing.
TypeError: bad operand type for (unary )?(?P<sign>[^ :]+): '(?P<type>[\w.]+)'
    `{{sign}}` needs a number or an array, and this is {{type}}: `np.array(...)` makes an array of a list.
TypeError: can only concatenate str \(not "(?P<type>[\w.]+)"\)
    `+` joins texts, and the right side is {{type}}: `str(...)` makes a text of it, `float(...)` a number of a text.
TypeError: can only concatenate \w+ \(not "{FUNCTION}"\)
    The right side of `+` is a function: its parentheses are missing.
TypeError: can only concatenate list \(not "(?P<type>[\w.]+)"\)
    `+` joins lists, and the right side is {{type}}: `np.array(...)` makes an array that you can add to, `.append(...)`
    puts a value at the end of a list.
TypeError: can only concatenate tuple
    `+` joins tuples, and the right side is none. {UNPACK}
IndexError: size of axis is (?P<n>\d+) but size of corresponding boolean axis is (?P<m>\d+)
    A mask must be as long as the axis that it chooses from: the mask has {{m}} entries, the axis {{n}}.
IndexError: tuple index out of range
    The tuple has fewer entries: indices count from 0.
IndexError: list assignment index out of range
    The list has no such place yet: a list grows by `.append(...)`, or starts as `[0] * n`.
IndexError: index out of range
    The index is beyond the end: of n entries the last index is n - 1, and an empty list has none.
IndexError: pop
    There is nothing left to pop: ask first whether the list is empty.
TypeError: '{FUNCTION}' object is not subscriptable
    A function is called with parentheses, `f(x)`: square brackets are for indices.
TypeError: '(?P<kind>{LAZY})' object is not subscriptable
    A {{kind}} hands out its values one by one and has no indices: make a list of it first, `list(...)`.
TypeError: '(?P<kind>{LAZY})' has no len
    A {{kind}} hands out its values one by one and has no length: make a list of it first, `list(...)`.
TypeError: 'set' object is not subscriptable
    A set has no order, and so no indices: `sorted(...)` makes a list of it.
TypeError: '(?P<type>[\w.]+)' object is not subscriptable
    Square brackets take an entry out of a list or an array, and this is {{type}}.
TypeError: '(?P<type>tuple|str)' object does not support item assignment
    Nothing can be written into {{type}}: use a list or an array.
TypeError: '{NUMBER}' object does not support item assignment
    This is a single number, into which no entry can be written: start with an array, say `np.zeros(n)`.
KeyError: ^(?P<key>.+)$
    There is no key {{key}} in the dictionary: ask `if key in d` first, or take `d.get(key, 0)`.
TypeError: unhashable type: '(?P<type>[\w.]+)'
    The key of a dictionary, or what is in a set, cannot be {{type}}: use `tuple(...)`, or one number, `int(...)`.
NameError: free variable '(?P<name>\w+)'
    {{name}} has no value yet when the inner function uses it: set it before the call.
AttributeError: `(?P<old>[\w.]+)` was removed in the NumPy 2.0 release. Use `(?P<new>[\w.]+)` instead
    `{{old}}` no longer exists: use `{{new}}`.
TypeError: iteration over a 0-d array
    Entries are needed here, and the array is a single number: `range(n)` counts to n.
TypeError: '{FUNCTION}' object is not iterable
    A list or an array is needed here, and a function came: its parentheses are missing.
TypeError: '\w+' object is not an iterator
    `next` needs an iterator: `iter(...)` makes one of a list, and a `for` loop needs none.
TypeError: sequence item \d+: expected str instance, (?P<type>[\w.]+) found
    `.join(...)` takes texts only, and this is {{type}}: `str(...)` makes a text of it.
StopIteration:
    `next` was called after the last value: a `for` loop ends there by itself.
RuntimeError: generator raised StopIteration
    `next` was called after the last value: a `for` loop ends there by itself.
RuntimeError: changed size during iteration
    A loop goes through this dictionary or set, which must not grow or shrink meanwhile: loop over `list(...)` of it.
RecursionError:
    The function calls itself again and again: it needs a case in which it returns without a further call.
ValueError: (?P<name>max|min)\(\) (arg is an empty sequence|iterable argument is empty)
    `{{name}}` has nothing to choose from: what it is given is empty.
ValueError: zero-size array to reduction|arg(max|min) of an empty sequence
    The array is empty here, and so has no largest or smallest entry.
ValueError: not in list|substring not found
    What is looked for is not there: ask with `in` first.
ValueError: arg 3 must not be zero|slice step cannot be zero
    The step is 0, so that it would never come to an end.
ZeroDivisionError: negative power
    0 to a negative power would divide by 0.
OverflowError: math range error
    The result is too large for a float: `math.exp` ends at about 709. Write the formula so that only numbers below 0
    go into exp.
OverflowError: Numerical result out of range
    The result is too large for a float: do the numbers grow from step to step?
OverflowError ValueError: cannot convert float (?P<what>\w+) to integer
    The number is {{what}}, of which `int(...)` can make no whole number: look at the steps before.
OverflowError: Python integer (?P<number>-?\d+) out of bounds for (?P<dtype>\w+)
    {{number}} does not fit into {{dtype}}: make the array larger numbers first, `.astype(int)` or `.astype(float)`.
OverflowError: too large to
    The whole number is too large to go on with: compute with floats or with logarithms.
ValueError: math domain error|expected a (positive|non-?negative) input
    `math.log` takes numbers above 0 only and `math.sqrt` none below 0, and such a number came.
TypeError: only (0-dimensional|length-1|size-1) arrays can be converted
    One number is needed here, and an array came: use np.exp and the like in place of math.exp, or choose one entry.
TypeError: must be real number, not (?P<type>[\w.]+)
    One number is needed here, and {{type}} came: in place of math.exp and the like, np.exp works on each entry.
TypeError: ^(int|float)\(\) argument must be .*, not '(?P<type>[\w.]+)'
    One number is needed here, and {{type}} came: is an index missing?
TypeError: object of type '{NUMBER}' has no len
    A list or an array is needed here, and a single number came.
TypeError: ^type (list|numpy.ndarray) doesn't define __round__
    Python's own `round` takes one number: `np.round` works on each entry.
ValueError: either both or neither of x and y
    `np.where` takes a condition and two values: `np.where(condition, a, b)`.
ValueError: remapped shapes
    In `np.einsum` a letter stands for one length, and here it would stand for two: compare letters and shapes.
ValueError: ^einstein sum
    In `np.einsum` each array needs as many letters as it has axes.
TypeError: '(?P<type>[\w.]+)' object cannot be interpreted as an integer
    A whole number is needed here, and {{type}} came: `len(...)` counts entries.
ValueError: could not convert string to float: (?P<text>.+)
    The text {{text}} is no number.
ValueError: invalid literal for int\(\) with base 10: (?P<text>.+)
    The text {{text}} is no whole number.
TypeError: of type int which has no callable (?P<name>\w+) method
    The whole number is too large for NumPy: make it a float first, `np.{{name}}(float(...))`.
TypeError: of type (?P<type>[\w.]+) which has no callable (?P<name>\w+) method
    `np.{{name}}` takes tables of numbers, and {{type}} is inside: are the rows of different length?
TypeError: ufunc '(?P<name>\w+)' not supported for the input types
    `np.{{name}}` takes numbers and arrays of numbers, and something else came, such as a text.
UFuncTypeError TypeError: did not contain a loop|string multiply|'out' kwarg is necessary
    The array holds texts, which do not compute: `.astype(float)` makes numbers of them.
ValueError: larger sample than population
    More are to be drawn than there are, and none may come twice: draw fewer, or write replace=True.
ValueError: [Pp]robabilities do not sum to 1
    The probabilities p must sum to 1: divide them by their sum.
ValueError: [Pp]robabilities are not non-negative
    A probability in p is negative.
ValueError: [Pp]robabilities contain NaN
    A probability in p is nan: was 0 divided by 0?
ValueError: a and p must have same size
    `rng.choice` needs one probability in p for each entry to choose from.
ValueError: low >= high
    The lower end must lie below the upper end: `rng.integers(n)` draws from 0 to n - 1.
ValueError: a must be a positive integer|a cannot be empty
    There is nothing to choose from: the data is empty, or the number is 0.
ValueError: negative dimensions are not allowed
    A shape cannot be negative: was too much subtracted?
ValueError: is read-only
    This array cannot be written to: work on a copy, `x.copy()`.
MemoryError _ArrayMemoryError: Unable to allocate (?P<much>[\d.]+ \w+) for an array with shape (?P<shape>\([\d, ]+\))
    An array of shape {{shape}} takes {{much}} of memory, which is too much: is each example paired with each other?
MemoryError _ArrayMemoryError:
    There is not enough memory: does a list grow without end?
ModuleNotFoundError: No module named '(?P<name>[\w.]+)'
    {{name}} is not installed where this runs: the exercises need NumPy and Python's own modules only.
ImportError: cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'
    {{module}} has no {{name}}: look its name up.
SyntaxError IndentationError TabError: ^(?P<what>.*?)( \(.*\))?$
    A text that is run as code is no Python: {{what}}.
SystemExit:
    `exit()` and `quit()` end the whole program: `return` ends the function.
EOFError StdinNotImplementedError:
    `input()` waits for somebody to type: use the arguments that the function is given.
FileNotFoundError PermissionError OSError:
    Files are out of reach here: use the arguments that the function is given.
NotImplementedError: ^$
    `raise NotImplementedError` still stands there: put your answer in its place.
"""


@cache
def _sentences() -> list[tuple[str, str, str]]:
    """Return kinds, pattern and sentence of each entry of `SENTENCES`."""
    entries = re.findall(r"^(\w[\w ]*):(.*)\n((?:    .+\n)+)", SENTENCES, re.MULTILINE)
    return [(kinds, pattern.strip(), " ".join(sentence.split())) for kinds, pattern, sentence in entries]


# Kinds, a pattern of the reader's own line, and what may be wrong there. More cannot be told without the data.
HINTS = (
    ("ValueError TypeError IndexError RuntimeError", r"^raise\b", "It is your own `raise`: is its condition right?"),
    ("AssertionError", r"^assert\b", "It is your own `assert`: must its condition hold for all data?"),
    ("ValueError", r"@|\b(dot|matmul|inner)\(", "In `A @ B` the last axis of A must equal the first axis of B."),
    ("ValueError", r"\bmath\.", "`math.log` takes numbers above 0 only, and `math.sqrt` none below 0."),
    (
        "ValueError",
        r"^(if|elif|while)\b|\b(if|and|or|not)\b|(?<!\.)\b(max|min)\(",
        "Is an array compared where one truth value is needed? Use np.where or a mask, np.all or np.any.",
    ),
    ("ValueError", r"\breshape\(", "Has the array as many numbers as the new shape holds, in every case?"),
    (
        "ValueError",
        r"\b\w*(stack|concatenate)\(",
        "Do the shapes of the parts agree in every case, and is there a part?",
    ),
    ("ValueError", r"\b(arg)?(max|min)\(", "May the data be empty?"),
    ("ValueError", r"^\w+(, *\w+)+ *=|^for [^:]+,[^:]+ in\b", "Are there as many values as names to take them?"),
    ("ValueError", r"\brng\.", "Do the number of draws and the probabilities make sense in every case?"),
    ("ValueError", r"[-+*/]=", "Has the right side the shape of the left one in every case?"),
    ("ValueError", r"[-+*/<>]|==", "Do the shapes agree in every case, from the last axis on, or are they 1 there?"),
    (
        "UFuncTypeError",
        r"[-+*/]=",
        "Are fractions put into an array of whole numbers? `x = x - ...` makes a new array.",
    ),
    ("TypeError", r"^$", "Does the line `def ...` still stand as it was?"),
    ("TypeError", r"\^", "`^` is no power in Python: write `**`."),
    ("TypeError", r"\b(shuffle|sort|append|extend|print)\(", "This call returns None: is its result used?"),
    (
        "TypeError",
        r"\bmath\.\w+\(|(?<!\.)\b(int|float)\(",
        "One number is needed there: np.exp and np.log take arrays.",
    ),
    ("TypeError", r"\b(range|zeros|ones|arange)\(", "Whole numbers are needed there: write `//` in place of `/`."),
    ("TypeError", r"[&|]", "`&` and `|` bind more tightly than `<`: put each comparison in parentheses."),
    ("IndexError", r"\.shape\[", "Has the array this axis in every case?"),
    ("IndexError TypeError", r"\[[^]]*/", "An index must be a whole number: write `//` in place of `/`."),
)
MEANINGS = {
    "AssertionError": "an `assert` does not hold.",
    "AttributeError": "something is of another type than you think, or a name is misspelled.",
    "AxisError": "an array has fewer axes than the axis asked for.",
    "EOFError": "`input()` waits for somebody to type: use the arguments.",
    "ImportError": "something cannot be imported.",
    "IndexError": "an index is beyond the end, or there are more indices than axes. Think of short and of empty data.",
    "KeyError": "a key is not in the dictionary: ask with `in` first.",
    "LinAlgError": "a matrix has no inverse or is not square. Think of repeated columns, which np.linalg.pinv takes.",
    "MemoryError": "there is not enough memory: is each example paired with each other?",
    "_ArrayMemoryError": "there is not enough memory: is each example paired with each other?",
    "ModuleNotFoundError": "a module is not installed where this runs.",
    "NameError": "a name has no value: is it misspelled, or set in a cell that did not run?",
    "NotImplementedError": "`raise NotImplementedError` still stands somewhere.",
    "OverflowError": "a number is too large.",
    "RecursionError": "the function calls itself again and again.",
    "StopIteration": "`next` was called after the last value: a `for` loop ends there by itself.",
    "SystemExit": "`exit()` and `quit()` end the whole program: `return` ends the function.",
    "TypeError": "something is of another type than is needed, say a list, a text or None.",
    "UFuncTypeError": "the types of the numbers do not suit the operation, say whole numbers where floats are needed.",
    "UnboundLocalError": "a variable is used before it has a value: set it before the `if` or the loop.",
    "ValueError": "a value or a shape does not suit the operation.",
    "ZeroDivisionError": "something is divided by 0: say first what holds in that case.",
}
