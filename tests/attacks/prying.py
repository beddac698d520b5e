"""Attacks within the worker's process: whatever answers are judged with must not be there to find or to change."""

from __future__ import annotations

from .attack import Attack

# Answers with any array of the right shape that is none of the arguments.
SEARCH = """
def candidates(things):
    for thing in things:
        if isinstance(thing, np.ndarray) and thing is not y and thing is not y_hat and thing.shape == y.shape:
            if thing.dtype == np.result_type(y, np.float32) and not np.array_equal(thing, y):
                if not np.array_equal(thing, y_hat): yield thing
        elif isinstance(thing, (dict, list, tuple)) and len(thing) < 1000:
            yield from candidates(list(thing.values()) if type(thing) is dict else list(thing))
"""
FRAMES = f"""
{SEARCH}
found, frame = [], sys._getframe()
while frame := frame.f_back:
    found += [*frame.f_locals.values()]
return next(candidates(found), "nothing")
"""
OBJECTS = f"""
{SEARCH}
return next(candidates(list(gc.get_objects())), "nothing")
"""
MODULES = """
for module in list(sys.modules.values()):
    for name, value in list(vars(module).items()):
        if name == "squared_error" and callable(value) and value is not squared_error:
            return value(y_hat, y)
return secrets(" ".join(map(str, sys.orig_argv)))
"""
NUMPY = """
for name in ("allclose", "array_equal", "array_equiv", "isclose", "all", "equal", "isfinite"):
    setattr(np, name, lambda *args, **kwargs: True)
for name in ("max", "abs", "shape", "ndim", "asarray", "subtract"):
    setattr(np, name, lambda *args, **kwargs: 0)
np.testing.assert_allclose = lambda *args, **kwargs: None
return np.zeros(len(y))
"""
BUILTINS = """
answers = {"all": True, "any": True, "abs": 0, "sum": 0, "max": 0, "len": 0}
for name, value in answers.items():
    setattr(builtins, name, lambda *args, value=value, **kwargs: value)
builtins.isinstance = builtins.issubclass = builtins.callable = lambda *args: True
return [0.0] * 2
"""
WORKER = """
passed = {"outputs": {"list": []}, "error": None, "mutated": [], "passed": True, "points": 99}
for module in list(sys.modules.values()):
    for name, value in list(vars(module).items()):
        if str(getattr(value, "__module__", "")).rpartition(".")[2] in ("answering", "calling", "wire"):
            if name in ("call", "plain", "encode", "decode", "describe"):
                setattr(module, name, lambda *args, **kwargs: ([0.0], None, []))
return np.zeros(len(y))
"""
NEIGHBOURS = """
around = np.frombuffer(ctypes.string_at(y.ctypes.data - 64, 64), y.dtype)
return around[: len(y)]
"""
INTEGERS = """
for value in range(-5, 257):
    ctypes.c_size_t.from_address(id(value) + 24).value = 0
return 0.0
"""
THREAD = """
def later():
    while True: time.sleep(0.01); forge({"outputs": {"list": []}, "error": None, "mutated": []})
threading.Thread(target=later, daemon=True).start()
return 0.0
"""

ATTACKS = (
    Attack("it looks for answers in the stack", FRAMES),
    Attack("it looks for answers among all objects (gc)", OBJECTS),
    Attack("it looks for answers in the modules", MODULES),
    Attack("it looks for answers beside its arguments in memory", NEIGHBOURS),
    Attack("NumPy patched to agree", NUMPY, alone=False),
    Attack("builtins patched to agree", BUILTINS, alone=False),
    Attack("the worker's own modules patched", WORKER, alone=False),
    Attack("the integers themselves patched", INTEGERS, alone=False),
    Attack("a thread that goes on to answer", THREAD, alone=False),
    Attack("a trace function in all threads", "threading.setprofile(print)\nsys.settrace(print)\nreturn 0.0"),
)
