"""Explain errors of a reader's function in a beginner's words: what happened, with the shapes, and what to do.

`ROWS` holds, for each kind of error, patterns of its text, and what to say then: a sentence, or a function that looks
at the reader's line and at the arguments. For a hidden case only the kind and the line may be used: `HINTS`.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import difflib
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from ..errors import shortened
from .exercise import CallError

Shape = tuple[int, ...]
# An operation in the reader's line and its two sides; or three times None.
Operation = tuple[ast.AST | None, ast.expr | None, ast.expr | None]

# As long as what the worker sends: another process could send anything.
MAX_TEXT, MAX_LINE = 500, 200
MAX_CODE = 50  # characters of the reader's code in a sentence

# Kinds that are explained like another one.
ALIKE = {"UFuncTypeError": "TypeError", "_ArrayMemoryError": "MemoryError", "ModuleNotFoundError": "ImportError"}
ALIKE |= {"StdinNotImplementedError": "EOFError"}  # in a notebook

EACH_ROW = ast.Name(":, None")
REDUCTIONS = frozenset(["all", "any", "argmax", "argmin", "max", "mean", "min", "norm", "prod", "std", "sum", "var"])
JOINERS = frozenset(["append", "array", "column_stack", "concatenate", "hstack", "stack", "vstack"])

# Methods that return None, and what returns a value instead.
IN_PLACE = {"shuffle": "`rng.permutation(x)` returns a shuffled copy", "sort": "`np.sort(x)` returns a sorted copy"}
IN_PLACE |= dict.fromkeys(["add", "append", "extend", "fill", "reverse", "update"], "then go on with the object itself")
BUILTINS = ["abs", "enumerate", "float", "int", "len", "list", "max", "min", "print", "range", "round", "sorted", "sum"]
BUILTINS += ["zip", "True", "False", "None"]
IMPORTS = {"np": "import numpy as np", "math": "import math", "plt": "import matplotlib.pyplot as plt"}

# What people look for in NumPy, in an array and in a generator, and what it is called.
DRAWS = {"rand": "rng.random", "randn": "rng.standard_normal", "randint": "rng.integers"}
IN_NUMPY = DRAWS | {"ln": "np.log", "exponential": "np.exp", "inverse": "np.linalg.inv", "range": "np.arange"}
IN_ARRAYS = {"len": "len(x)", "length": "len(x)", "norm": "np.linalg.norm(x)", "append": "np.append(x, value)"}

# Parts of the patterns, and what Python's types are called in a sentence.
NUMBER = r"(?:int|float|complex|numpy\.(?:float|u?int)\d+)"
FUNCTION = r"(?:builtin_function_or_method|function|method|type|numpy\.ufunc|numpy\._ArrayFunctionDispatcher)"
LAZY = r"(?:generator|zip|map|filter|enumerate|reversed|dict_keys|dict_values|dict_items)"
TYPE, SHAPE = r"'?([\w.]+)'?", r"(\([\d,]*\))"
TYPES = {"NoneType": "None", "bool": "True or False", "dict": "a dictionary", "numpy.bool": "True or False"}
TYPES |= {"numpy.ndarray": "an array", "numpy.random._generator.Generator": "a random generator", "str": "a text"}


class Group(str):
    """What a pattern's group found: `{0}` in a sentence, or `{0.type}` in words."""

    @property
    def type(self) -> str:
        """What a Python type is called in a sentence."""
        if re.fullmatch(NUMBER, self):
            return "a whole number" if "int" in self else "a number"
        return "a function" if re.fullmatch(FUNCTION, self) else TYPES.get(self, f"a {self}")


@dataclass(frozen=True)
class Slip:
    """The reader's line that failed, which is parsed and never run, and the case's arguments by name."""

    line: str
    arguments: Mapping[str, Any]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes of the line's syntax tree, outer ones first; none if the line alone makes no sense."""
        line = self.line.removeprefix("el")  # `elif` lacks its `if`
        closed = re.sub(r"[^\w\])}]+$", "", line) + ")" * (line.count("(") - line.count(")"))
        for text in (line, f"{line}\n 0", closed, line.rstrip("), ")):
            with warnings.catch_warnings(), contextlib.suppress(SyntaxError, ValueError):
                warnings.simplefilter("ignore")
                return list(ast.walk(ast.parse(text)))
        return []

    @property
    def calls(self) -> list[ast.Call]:
        """The line's calls."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @property
    def names(self) -> list[str]:
        """The names in the line, each once."""
        return list(dict.fromkeys(node.id for node in self.nodes if isinstance(node, ast.Name)))

    @property
    def given(self) -> str:
        """What is known about the arguments in the line, as a further sentence. They may have changed since."""
        known = []
        for name in self.names:
            match self.arguments.get(name, ...):
                case np.ndarray(shape=shape):
                    known.append(f"{name} is {shape}")
                case list() | tuple() as several:
                    known.append(f"{name} is a {type(several).__name__} of {len(several)}")
                case None | int() | float() as single:
                    known.append(f"{name} is {single}")
        return f" As given, {_listed(known)}." if known else ""

    def shape(self, node: ast.AST | None) -> Shape | None:
        """Return the shape of an expression, if the case's arguments determine it; else None.

        An earlier line may have given an argument another value: rely on a shape only if the error agrees with it.
        """
        try:
            return self._shape(node)
        except (ValueError, TypeError, LookupError):
            return None

    def _shape(self, node: ast.AST | None) -> Shape:
        match node:
            case ast.Constant(value=int() | float()):
                return ()
            case ast.Name(id=name) if isinstance(self.arguments.get(name), (np.ndarray, np.generic, int, float)):
                return np.shape(self.arguments[name])
            case ast.Attribute(value=value, attr="T"):
                return self._shape(value)[::-1]
            case ast.Attribute(attr="size" | "ndim") | ast.Call(func=ast.Name(id="len" | "int" | "float")):
                return ()
            case ast.UnaryOp(operand=value):
                return self._shape(value)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                a, b = self._shape(left), self._shape(right)
                if 0 < len(a) < 3 and 0 < len(b) < 3 and a[-1] == b[0]:
                    return a[:-1] + b[1:]
            case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
                return np.broadcast_shapes(self._shape(left), self._shape(right))
            case ast.Subscript(value=value, slice=index):
                parts = index.elts if isinstance(index, ast.Tuple) else [index]
                return np.broadcast_to(0, self._shape(value))[tuple(map(_index, parts))].shape
            case ast.Call(func=ast.Attribute(attr=name)) if name in REDUCTIONS:
                return self._reduced(node)
            case ast.Call(func=ast.Attribute(attr="exp" | "log" | "sqrt" | "abs" | "maximum" | "minimum"), args=args):
                return np.broadcast_shapes(*map(self._shape, args))
        raise LookupError("unknown")

    def _reduced(self, call: ast.Call) -> Shape:
        shape, axis = self._shape(_operands(call)[0]), _axis(call)
        axes = range(len(shape)) if axis is None else [ast.literal_eval(axis) % len(shape)]
        kept = any(option.arg == "keepdims" for option in call.keywords)
        return tuple(1 if i in axes else n for i, n in enumerate(shape) if kept or i not in axes)

    def pick(self, product: bool, left: Callable[[Shape], bool], right: Callable[[Shape], bool]) -> Operation:
        """Return the operation whose shapes fit the error: both are known, or no other operation is possible."""
        fitting: list[Operation] = []
        for operation in _operations(self.nodes, product):
            a, b = map(self.shape, operation[1:])
            if (a is None or left(a)) and (b is None or right(b)):
                if a is not None and b is not None:
                    return operation
                fitting.append(operation)
        return fitting[0] if len(fitting) == 1 else (None, None, None)

    def is_many(self, node: ast.AST) -> bool:
        """Return whether an expression may be an array of several entries."""
        shape = self.shape(node)
        return not isinstance(node, ast.Constant) and (shape is None or math.prod(shape) != 1)


Say = Callable[..., str]  # takes a slip and the pattern's groups; "" if the error is another one after all


def explain(error: CallError, arguments: Mapping[str, Any], hidden: bool = False) -> str:
    """Return one or two sentences that say what an error means and what to do. They do not quote the whole line.

    Args:
        error: an exception; other ways in which a call ends, say `Timeout`, are not known here.
        arguments: the case's arguments by name.
        hidden: whether these must be kept secret: then neither they nor the error's text are used.

    Example:
        >>> text = "shapes (2,) and (3,2) not aligned: 2 (dim 0) != 3 (dim 0)"
        >>> arguments = {"w": np.zeros(2), "X": np.zeros((3, 2))}
        >>> print(explain(CallError("ValueError", text, "return np.dot(w, X)"), arguments).replace(": ", ":\\n"))
        `np.dot(w, X)` needs the last axis of w, 2, to equal the first axis of X, 3:
        w is (2,), X is (3, 2). Did you mean `X @ w`?
        >>> explain(CallError("ValueError", "tol must be positive", "raise ValueError(...)"), {})
        'It raises ValueError: tol must be positive.'
    """
    slip = Slip(error.line[:MAX_LINE], arguments)
    if hidden:
        return _without_values(error.kind, slip.line)
    text = error.text[:MAX_TEXT]
    if re.match(r"assert\b", slip.line):
        return _as_it_is("Your own `assert` does not hold here", text)
    # The words of the reader's own `raise` are better than ours.
    if not re.match(r"raise\b", slip.line):
        with contextlib.suppress(Exception):  # the line and the text may be anything; the error itself is known
            for _, said in told(error.kind, text, slip):
                return said
    return _as_it_is(f"It raises {shortened(error.kind)}", text)


def told(kind: str, text: str, slip: Slip) -> Iterator[tuple[str, str]]:
    """Yield the patterns of `ROWS` that match an error, and what they say."""
    for pattern, say in ROWS.get(ALIKE.get(kind, kind), {}).items():
        if match := re.search(pattern, text):
            groups = [Group(shortened(group or "")) for group in match.groups()]
            if said := say.format(*groups, given=slip.given) if isinstance(say, str) else say(slip, *groups):
                yield pattern, said


def _as_it_is(start: str, text: str) -> str:
    text = " ".join(text.split())
    return f"{start}: {text}" if text.endswith((".", "!", "?")) else f"{start}: {text}." if text else f"{start}."


def _without_values(kind: str, line: str) -> str:
    like = ALIKE.get(kind, kind)
    found = getattr(builtins, kind, None)
    if not (like in HINTS or like in ROWS or (isinstance(found, type) and issubclass(found, BaseException))):
        return "It raises an exception of its own kind."  # whose name may hold a value
    sentences = (say for pattern, say in HINTS.get(like, {}).items() if re.search(pattern, line))
    general = str(ROWS.get(like, {}).get("", "")).format(given="")  # uses nothing of the text
    return f"It raises {kind}. {next(sentences, general)}".rstrip()


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _code(node: ast.AST | None, otherwise: str, bare: bool = False) -> str:
    """Return a node's code in backticks, or bare if it may and is a name; `otherwise` if it is too long to quote."""
    code = ast.unparse(node) if node else ""
    if not code or len(code) > MAX_CODE or "\n" in code:
        return otherwise
    return code if bare and re.fullmatch(r"[\w.]+", code) else f"`{code}`"


def _is_numpy(call: ast.Call) -> bool:
    """Return whether a call is to a NumPy function, not to a method."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in {"np", "numpy", "np.linalg"}


def _operands(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a function, or of a method with its owner in front."""
    owner = [call.func.value] if isinstance(call.func, ast.Attribute) and not _is_numpy(call) else []
    return [*owner, *call.args]


def _axis(call: ast.Call) -> ast.expr | None:
    """Return the axis of a reduction, given by name or after the array."""
    named = [option.value for option in call.keywords if option.arg == "axis"]
    return next(iter([*named, *_operands(call)[1:]]), None)


def _operations(nodes: list[ast.AST], product: bool) -> Iterator[Operation]:
    """Yield the operations with two sides: the products of matrices, or all that work entry by entry."""
    for node in nodes:
        match node:
            case ast.BinOp(left=a, op=op, right=b) | ast.AugAssign(target=a, op=op, value=b):
                if isinstance(op, ast.MatMult) == product:
                    yield node, a, b
            case ast.Call(func=ast.Attribute(attr="dot" | "matmul")):
                if product:
                    yield from ((node, a, b) for a, b in pairwise(_operands(node)))
            case ast.Call() if _is_numpy(node) and not product:
                yield from ((node, a, b) for a, b in combinations(node.args, 2))
            case ast.Compare(left=first, comparators=others) if not product:
                yield from ((node, a, b) for a, b in pairwise([first, *others]))


def _index(node: ast.expr) -> Any:
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(edge and ast.literal_eval(edge) for edge in (lower, upper, step)))
        case ast.Name(id="i" | "j" | "k" | "n" | "t"):  # a loop's variable is taken for a whole number
            return 0
    return ast.literal_eval(node)


def _read_shape(text: str) -> Shape:
    """Return the shape in an error's text, say `(3,2)`."""
    return tuple(map(int, re.findall(r"\d+", text)))


def _unaligned(slip: Slip, shape: str, other: str, k: str, n: str) -> str:
    """Explain a product by the axes that differ, and by the shapes, which only `np.dot` reports."""
    a, b = _read_shape(shape), _read_shape(other)
    node, left, right = slip.pick(
        True,
        lambda shape: shape == a if a else shape[-1:] == (int(k),),
        lambda shape: shape == b if b else shape[-2:][:1] == (int(n),),
    )
    a, b = a or slip.shape(left) or (), b or slip.shape(right) or ()
    code, one, two = _code(node, "The product `A @ B`"), _code(left, "A", bare=True), _code(right, "B", bare=True)
    known = ", ".join(dict.fromkeys(f"{name} is {shape}" for name, shape in ((one, a), (two, b)) if shape))
    said = f"{code} needs the last axis of {one}, {k}, to equal the first axis of {two}, {n}"
    said += f": {known}." if known else "."
    if not (left and right and a and b):
        return f"{said} Print both shapes: is a `.T` missing, or should the sides be swapped?"
    tried = [(_transposed(left), right, a[::-1], b), (right, left, b, a), (left, _transposed(right), a, b[::-1])]
    fitting = [_code(ast.BinOp(x, ast.MatMult(), y), "") for x, y, c, d in tried if c[-1] == d[0]]
    fitting = [code for code in fitting if code and max(len(a), len(b)) < 3][: 2 if len(a) == len(b) else 1]
    return said + (f" Did you mean {' or '.join(fitting)}?" if fitting else "")


def _transposed(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def _unequal(slip: Slip, text: str) -> str:
    both = combinations(map(_read_shape, re.findall(SHAPE, text)), 2)
    clash = ((a, b) for a, b in both if any(m != n and 1 not in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False)))
    a, b = next(clash)
    node, left, right = slip.pick(False, lambda shape: shape == a, lambda shape: shape == b)
    code = _code(node, "An operation entry by entry")
    known = f"{_code(left, 'one side', bare=True)} is {a}, {_code(right, 'the other', bare=True)} is {b}"
    if len(a) == len(b) == 1:
        return f"{code} needs as many entries on both sides: {known}."
    said = f"{code} needs shapes that agree from the last axis on, or are 1 there: {known}."
    if a == b[::-1]:
        return f"{said} Is a `.T` missing?"
    wide, thin, at = (a, b, right) if len(a) > len(b) else (b, a, left)
    if len(wide) != 2 or thin != wide[:1]:
        return said
    if isinstance(at, ast.Call) and _last_name(at.func) in REDUCTIONS and _code(_axis(at), "") in ("`1`", "`-1`"):
        said += " One number per column comes with `axis=0`."
        return f"{said} For one per row add `keepdims=True` to {_code(at, 'the call')}."
    columns = f" One per column would be {wide[1]} numbers, as `axis=0` gives." if isinstance(at, ast.Name) else ""
    rows = _code(at and ast.Subscript(at, EACH_ROW), "`r[:, None]`")
    return f"{said} For one number per row add an axis: {rows}.{columns}"


def _ambiguous(slip: Slip) -> str:
    """Explain a truth value of many entries by the part of the line that asks for one."""
    for node in slip.nodes:
        match node:
            case ast.Call(func=ast.Name(id="max" | "min" as name), args=args) if any(map(slip.is_many, args)):
                better = f"np.{name}{'imum' * (len(args) > 1)}({', '.join(map(ast.unparse, args))})"
                return f"Python's own `{name}` does not compare entry by entry: write `{shortened(better)}`."
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.comprehension(ifs=[test]):
                parts = test.values if isinstance(test, ast.BoolOp) else [test]
                if many := [part for part in parts if slip.is_many(part)]:
                    what = _code(many[0], "The condition")
                    return f"{what} is a whole array, and a condition takes only one True or False. {CHOOSE}"
            case ast.BoolOp(op=op, values=values):
                word, sign = ("and", " & ") if isinstance(op, ast.And) else ("or", " | ")
                better = shortened(sign.join(f"({ast.unparse(value)})" for value in values))
                return f"`{word}` joins two single truth values, and these are arrays: write `{better}`."
            case ast.Compare(ops=[_, _, *_]):
                what = _code(node, "A chain of comparisons")
                return f"{what} holds an `and`, which takes no arrays: write `(a < x) & (x < b)`."
    return f"A whole array came where one truth value is needed. {CHOOSE}"


def _none(slip: Slip) -> str:
    alone = [node.value for node in slip.nodes if isinstance(node, ast.Expr)]
    for call in slip.calls:
        if (name := _last_name(call.func)) in IN_PLACE and call not in alone:
            return f"{_code(call, f'`{name}`')} works in place and returns None: write it alone; {IN_PLACE[name]}."
    if none := [name for name in slip.names or slip.arguments if slip.arguments.get(name, 0) is None]:
        return f"{none[0]} is None in this case: ask `if {none[0]} is None:` first, and say what holds then."
    return (
        "Something here is None, that is, nothing: a function gave it that has no `return`, or that works in place, as "
        "rng.shuffle(x), x.sort() and x.append(y) do. Call those without `name =` in front."
    )


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _one_list(slip: Slip, *_: str) -> str:
    """Explain several arguments where one list of them is needed."""
    for call in slip.calls:
        name = ast.unparse(call.func)
        if _is_numpy(call) and _last_name(call.func) in JOINERS and len(call.args) > 1:
            better = shortened(f"{name}([{', '.join(map(ast.unparse, call.args))}])")
            return f"`{name}` takes one list of what belongs together: `{better}`."
    return ""


def _unknown_name(slip: Slip, name: str) -> str:
    if name in IMPORTS:
        return f"{name} is not imported: run the cell with `{IMPORTS[name]}` first, or write that line."
    names = [*slip.arguments, *slip.names, *BUILTINS]
    close = [other for other in names if other.lower() == name.lower() and other != name]
    close = close or difflib.get_close_matches(name, [one for one in names if len(one) > 1 and one != name], 1, 0.75)
    close = close or [f"np.{name}" for one in dir(np) if one == name and len(name) > 1]
    if close:
        return f"There is no {name} here. Did you mean {close[0]}?"
    has = f" The function is given {_listed(slip.arguments)}." if slip.arguments else ""
    return f"There is no {name} here: is it misspelled, or set in a cell that did not run?{has}"


def _not_callable(slip: Slip, kind: Group) -> str:
    for call in slip.calls:
        name, inside = _last_name(call.func), shortened(", ".join(map(ast.unparse, call.args)))
        if isinstance(call.func, (ast.Constant, ast.BinOp)):
            return f"{_code(call, 'This')} is read as a call: a product needs its `*`."
        if name in {"T", "dtype", "ndim", "shape", "size"}:
            better = f"in square brackets, `.shape[{inside}]`" if name == "shape" and inside else "without parentheses"
            return f".{name} is no function: write it {better}."
        if name in slip.arguments and not callable(slip.arguments[name]):
            better = f"an entry is `{name}[{inside}]`, a product `{name} * ({inside})`"
            return f"{name} is {kind.type}, no function: {better if inside else 'leave out the parentheses'}."
        if name in BUILTINS and len(slip.calls) == 1:
            return f"{name} is a variable of yours here, and hides Python's function: choose another name for it."
    better = "an index stands in square brackets, and a product needs its `*`"
    return f"What is called here is {kind.type}, no function: {better}."


def _module_attribute(_: Slip, module: str, name: str) -> str:
    short = module.replace("numpy", "np", 1)
    places = {"np": np, "np.linalg": np.linalg, "np.random": np.random, "math": math}
    meant = [IN_NUMPY[name]] if short.startswith("np") and name in IN_NUMPY else []
    meant += [f"{place}.{name}" for place, known in places.items() if place.startswith("np") and hasattr(known, name)]
    meant += [f"{short}.{one}" for one in difflib.get_close_matches(name, dir(places.get(short)), 1, 0.7)]
    return f"There is no {short}.{name}" + (f". Did you mean {meant[0]}?" if meant else ": look its name up.")


def _attribute(slip: Slip, kind: Group, name: str) -> str:
    owners = {ast.unparse(node.value) for node in slip.nodes if isinstance(node, ast.Attribute) and node.attr == name}
    what = f"{shortened(owners.pop()) if len(owners) == 1 else 'Something here'} is {kind.type}"
    if re.fullmatch(FUNCTION, kind):
        return f"{what}, and .{name} belongs to what it returns: call it, with parentheses."
    if name in dir(np.ndarray) and (re.fullmatch(NUMBER, kind) or kind in ("list", "tuple")):
        means = {"list": "`np.array(...)` makes an array of it, and `len(...)` counts its entries.", "tuple": UNPACK}
        return f"{what}, and .{name} belongs to arrays: {means.get(kind, SINGLE_NUMBER)}"
    known = {one: f"np.{one}(x)" for one in dir(np)} | IN_ARRAYS if kind == "numpy.ndarray" else DRAWS
    owner = np.ndarray if kind == "numpy.ndarray" else np.random.Generator if kind.endswith("Generator") else None
    close = difflib.get_close_matches(name, dir(owner), 1) if owner else []
    meant = known.get(name, f".{close[0]}" if close else "") if owner else ""
    return f"{what}, which has no .{name}." + (f" Did you mean {meant}?" if meant else "")


SINGLE_NUMBER = "was the array summed or indexed before, or is it an argument? `np.asarray(...)` makes an array of it."
UNPACK = "a function that returns several values gives a tuple, so unpack it, `a, b = f(x)`."
CHOOSE = "For each entry use np.where(condition, a, b) or a mask, for the whole np.all(...) or np.any(...)."
SINGLE = "A single number takes no index: is one index too many, or was the array summed before?{given}"
WHOLE = "A whole number is needed, no float or text: `//` in place of `/`, `int(x)`, or `x.astype(int)`.{given}"
ONE = "One number is needed here: choose an entry; or np.exp in place of math.exp, `x.astype(float)` of float.{given}"
JOINED = "The arrays to join need as many axes, and the same lengths but along the axis that they are joined on.{given}"
LISTS = ": `np.array(...)` makes an array of a list, which computes entry by entry.{given}"
TWO = r"(?:operand type\(s\) for )?'?([^ :&|]+?)'?(?: or pow\(\))?(?:: | not supported between instances of )"
TWO += rf"{TYPE} and {TYPE}"
BETWEEN = "`{0}` does not work between {1.type} and {2.type}"
MUCH = "is each example paired with each other?"

# For each kind of error: a pattern of its text, and what is said if it is the first to match. What is said for any
# text, "", may be said of a hidden case as well. `{0}` is the pattern's first group, `{given}` what `Slip.given` knows.
ROWS: dict[str, dict[str, str | Say]] = {
    "ValueError": {
        r"^matmul: .*core dim.*\(size (\d+) is different from (\d+)\)": lambda slip, n, k: _unaligned(
            slip, "", "", k, n
        ),
        rf"shapes {SHAPE} and {SHAPE} not aligned: (\d+) \(dim \d+\) != (\d+) \(dim": _unaligned,
        r"^matmul: Input operand": "`@` multiplies arrays, and one side is a number: multiply by a number with `*`.",
        r"is different from \d+\)|remapped shapes": "The lengths of the arrays do not fit together.{given}",
        r"could not be broadcast together with shapes ([\d,() ]+)": _unequal,
        rf"operand with shape {SHAPE} .* broadcast shape {SHAPE}": "`+=` keeps the shape {0} of the left side, and the "
        "right side makes it {1}: is a sum missing?{given}",
        rf"(?:from|of) shape {SHAPE} .*shape {SHAPE}": "The left of `=` has room for {1}, and the value is {0}.{given}",
        r"setting an array element with a sequence\.$": ONE,
        r"inhomogeneous": "An array is a full table, and these rows differ in length: print the shapes of the parts.",
        r"array at index \d+ has|must have the same shape|zero-dimensional arrays cannot be concatenated": JOINED,
        r"cannot reshape array of size (\d+)": "The new shape must hold {0} numbers: so many there are.{given}",
        r"truth value of an": _ambiguous,
        r"to unpack \(expected (?:at least )?(\d+)": "There are {0} names, and not as many values: print "
        "the right side, or its shape; in a loop, is enumerate or zip missing?{given}",
        r"^(max|min)\(\) .*empty|zero-size|of an empty seq": "The data is empty here, and has no largest entry.{given}",
        r"math domain|expected a (pos|non)": "`math.log` takes numbers above 0 only, `math.sqrt` none below 0.{given}",
        r"to float: (.+)|invalid literal for int.*: (.+)": "The text {0}{1} is no number.",
        r"[Pp]robabilities": "The probabilities p must be 0 or more and sum to 1: is one of them nan, or not divided?",
        r"a must be a pos|a cannot be empty|low >= high": "There is nothing to choose from.{given}",
        r"is read-only": "This array cannot be written to: work on a copy, `x.copy()`.",
    },
    "TypeError": {
        r"NoneType": _none,
        r"'bitwise_xor' not|for \^=?:": "`^` is no power in Python, it works on bits: write `**`.",
        r"'bitwise_(and|or)' not|type\(s\) for [&|]": "`&` and `|` bind more tightly than `<`: put each comparison in "
        "parentheses, `(a > 0) & (b < 1)`.",
        r"'invert' not|unary ~": "`~` flips the entries of a mask; the negative of numbers is `-x`.",
        r"numpy boolean": "`-` does not work on True and False: `mask.astype(float)` makes ones and zeros of them.",
        rf"['\"]{FUNCTION}['\"]": "A function stands where its value is needed: call it, as in `x.mean()`.",
        rf"'({LAZY}|set)'": "A {0} has no indices, length or sum: make a list of it first, `list(...)`.",
        r"operand .*'tuple'|only concatenate tuple": "The values of a tuple are used one by one: " + UNPACK,
        rf"(?=.*'str'){TWO}": BETWEEN + ": `float(...)` makes a number of a text.",
        rf"(?=.*'list'){TWO}": BETWEEN + LISTS,
        TWO: BETWEEN + ".{given}",
        rf"bad operand type for (?:unary )?([^ :]+): {TYPE}": "`{0}` does not work on {1.type}" + LISTS,
        r"can only concatenate list": "`+` joins lists" + LISTS,
        r"can only concatenate str": "`+` joins texts: `str(...)` makes a text of a number, `float(...)` a number.",
        r"can't multiply sequence": "`*` repeats a list or a tuple" + LISTS,
        r"output from dtype\('\w+'\) to dtype\('(u?int\w+)'\)": "`+=`, `-=` and the like would put fractions into an "
        "array of whole numbers ({0}): write `x = x - ...`, or make floats of them first, `x = x.astype(float)`.",
        r"did not contain a loop|string multiply|ufunc '\w+' not supported|has no callable": "Numbers are needed, and "
        "something else came: a text, rows of different length, or a huge whole number?{given}",
        rf"'{NUMBER}' object (is not subscriptable|does not support item)": SINGLE,
        rf"{TYPE} object is not subscriptable": "Square brackets take an entry out of an array, and this is {0.type}.",
        rf"{TYPE} object does not support item": "Nothing can be written into {0.type}: use a list or an array.",
        r"sequence of integers.*'.*\d|from dtype\('float|'(numpy\.)?float\d*' object cannot be interpreted|slice "
        "indices|"
        r"indices must be .*, not '?(int|float|numpy.float|str)": WHOLE,
        r"indices must be .*, not '?tuple": "A list takes one index at a time: write `x[i][j]`, or np.array(x).{given}",
        rf"indices must be .*, not {TYPE}": "Only arrays take {0.type} as index" + LISTS,
        r"only integer scalar arrays|array\(\) takes from|(stack|concatenate)\(\) takes|Cannot interpret": _one_list,
        r"Cannot interpret": "The shape is one tuple: `np.zeros((2, 3))`.",
        r"only integer scalar arrays|object cannot be interpreted": "A whole number is needed here: `len(...)` counts "
        "entries, and only arrays take an array as index.{given}",
        r"'(module|.*Generator)' object is not callable": "A module and a generator are no functions: name one in "
        "them, "
        "as in `np.array(...)` and `rng.random()`.",
        r"'([\w.]+)' object is not callable": _not_callable,
        r"^(sum|max|min)\(\) got .*'(axis|keepdims)'|'(axis|keepdims)' is": "Python's own functions know no axis: "
        "write "
        "`np.sum`, `np.max` and so on.",
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'": "`{0}` has no argument {1}: is it misspelled?",
        r"(\w+)\(\) missing .*?: (.*)": "`{0}` needs {1} as well.",
        r"([\w<>]+)\(\) takes (.*) positional arguments? but (\d+)": "`{0}` is called with {2} arguments, and takes "
        "{1}.",
        r"must be of ArrayType": "Is np.log2 meant? What comes second in np.log is a place for the result.",
        r"cannot unpack non-iterable ([\w.]+)": "There are several names, and one value, {0.type}: in a loop, is "
        "enumerate or zip missing?{given}",
        r"object is not iterable|iteration over a 0-d|has no len|unsized": "Entries are needed here, and a single "
        "number "
        "came: `range(n)` counts to n; or was an array summed?{given}",
        r"only (0-dimensional|length-1|size-1) arrays|real number|^(int|float)\(\) argument|__round__": ONE,
        r"unhashable type: '([\w.]+)'": "A key of a dictionary or a set cannot be {0.type}: use `tuple(...)`.",
    },
    "IndexError": {
        r"index (-?\d+) is out .*size 0": "There is no index {0}, as there is no data: what holds then?{given}",
        r"index (-?\d+) is out .* axis (\d+) with size (\d+)": "There is no index {0}: axis {1} has length {2}, "
        "counted "
        "from 0.{given}",
        r"array is 0-dimensional|invalid index to scalar": SINGLE,
        r"array is (\d+)-dimensional, but (\d+) were": "{1} indices stand here, and the number of axes is {0}.{given}",
        r"only integers, slices|arrays used as indices must be of integer": WHOLE,
        rf"shapes {SHAPE} {SHAPE}": "Arrays of indices need as many entries, and they are {0} and {1}.",
        r"axis is (\d+) but .* boolean axis is (\d+)": "The mask has {1} entries, and the axis has {0}.",
        r"list assignment": "The list has no such place yet: it grows by `.append(...)`, or starts as `[0] * n`.",
        r"index out of range": "The index is beyond the end: of n entries the last index is n - 1.{given}",
    },
    "NameError": {r"^name '(\w+)' is not defined": _unknown_name},
    "UnboundLocalError": {
        rf"'(np|math|{'|'.join(BUILTINS)})'": "Your function sets {0} itself, so it has no value before: rename yours.",
        r"local variable '(\w+)'": "{0} has no value yet: set it first, say `{0} = 0` before the loop or the `if`.",
    },
    "AttributeError": {
        r"NoneType": _none,
        r"^module '([\w.]+)' has no attribute '(\w+)'": _module_attribute,
        r"^'([\w.]+)' object has no attribute '(\w+)'": _attribute,
    },
    "AxisError": {"": "An array has fewer axes than the axis asked for: the first is axis 0.{given}"},
    "LinAlgError": {
        r"Singular": "There is no inverse: a column follows from others, say by repetition. np.linalg.pinv takes them.",
        r"square|two-dim": "A square matrix is needed here.{given}",
    },
    "KeyError": {r"^(.+)$": "There is no key {0} in the dictionary: ask `if key in d` first, or take `d.get(key, 0)`."},
    "ZeroDivisionError": {"": "Something is divided by 0 here: say first what holds in that case.{given}"},
    "OverflowError": {"": "A number is too large: does exp take large ones, or do they grow from step to step?{given}"},
    "MemoryError": {r"with shape (\([\d, ]+\))": "There is no room for {0}: " + MUCH, "": "There is no room: " + MUCH},
    "ImportError": {"": "What is imported is not there: NumPy and Python's own modules are enough."},
    "RecursionError": {"": "The function calls itself without end: it needs a case in which it returns at once."},
    "StopIteration": {"": "`next` was called after the last value: a `for` loop ends there by itself."},
    "NotImplementedError": {"": "`raise NotImplementedError` still stands there: put your answer in its place."},
    "SystemExit": {"": "`exit()` and `quit()` end the whole program: `return` ends the function."},
    "EOFError": {"": "`input()` waits for somebody to type: use the arguments that the function is given."},
}

# For a hidden case: a pattern of the reader's own line, and what may be wrong there. More would give away its data.
HINTS = {
    "ValueError": {
        r"@|\b(dot|matmul)\(": "In `A @ B` the last axis of A must equal the first axis of B.",
        r"\bmath\.": "`math.log` takes numbers above 0 only, and `math.sqrt` none below 0.",
        r"\b(if|elif|while|and|or|not)\b|(?<!\.)\b(max|min)\(": "Is a whole array compared there? " + CHOOSE,
        r"\brng\.": "Do the number of draws and the probabilities make sense in every case?",
        r"^\w+(, *\w+)+ *=|^for [^:]+,[^:]+ in\b": "Are there as many values as names to take them?",
        r"[-+*/<>]|==": "Do the shapes agree in every case, from the last axis on, or are they 1 there?",
        "": "A value or a shape does not suit the operation.",
    },
    "TypeError": {
        r"^$": "Does the line `def ...` still stand as it was?",
        r"\^": "`^` is no power in Python: write `**`.",
        r"\b(shuffle|sort|append|extend)\(": "This call returns None: is its result used?",
        r"\bmath\.\w+\(|(?<!\.)\b(int|float)\(": "One number is needed there: np.exp and np.log take arrays.",
        r"\b(range|zeros|ones|arange)\(": "Whole numbers are needed there: write `//` in place of `/`.",
        r"[-+*/]=": "Are fractions put into an array of whole numbers? `x = x - ...` makes a new array.",
        "": "Something is of another type than is needed, say a list, a text or None.",
    },
    "IndexError": {
        "": "There are fewer entries or axes than you think, or an index is no whole number: `//` makes one."
    },
    "AssertionError": {"": "What is asserted does not hold for all data."},
    "AttributeError": {"": "Something is of another type than you think, or a name is misspelled."},
    "KeyError": {"": "A key is not in the dictionary: ask with `in` first."},
    "LinAlgError": {"": "A matrix has no inverse or is not square: np.linalg.pinv takes repeated columns."},
    "NameError": {"": "A name has no value: is it misspelled, or set in a cell that did not run?"},
    "UnboundLocalError": {"": "A variable is used before it has a value: set it before the `if` or the loop."},
}
