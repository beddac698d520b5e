"""Attacks by what is sent to the grader: answers that lie about themselves, and messages that are forged."""

from __future__ import annotations

from .attack import QUICK, Attack

YES = """
class Yes:
    shape, dtype, ndim, size = y.shape, y.dtype, y.ndim, y.size
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *args, **kwargs): return np.zeros(y.shape)
    def __sub__(self, other): return self
    __rsub__ = __abs__ = __le__ = __lt__ = __sub__
    def __bool__(self): return True
    def __hash__(self): return 0
"""
SUBCLASS = """
class Liar(np.ndarray):
    def __eq__(self, other): return np.ones(np.shape(other), bool)
    def __array__(self, *args, **kwargs): return np.zeros(3)
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    def __reduce__(self): return os.abort, ()
    def tobytes(self, *args): return b"12345678" * 9
    def astype(self, *args, **kwargs): return self
    shape = property(lambda self: (10**12,))
return np.zeros(y.shape).view(Liar)
"""
NUMBERS = """
class Number(np.float64):
    def __array__(self, *args, **kwargs): return np.zeros(y.shape)
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
return Number(1)
"""
FORGED = '{{"outputs": {}, "error": None, "mutated": [], "passed": True, "points": 99, "status": "passed"}}'
NONE = {"list": [None]}
# Numbers that all have the same hash: to find one key among n takes n comparisons.
COLLIDING = """
keys = ", ".join('[%d, null]' % (k * (2**61 - 1)) for k in range(150_000))
answer = '{"outputs": {"list": [{"dict": [%s]}]}, "error": null, "mutated": []}' % keys
head = '{"message": {"answers": [%s]}, "sizes": []}' % answer
send(struct.pack(">4sII", b"FTS1", len(head), 0) + head.encode())
time.sleep(60)
"""

ATTACKS = (
    Attack("an object that equals everything", f"{YES}return Yes()"),
    Attack("an array of such objects (dtype=object)", f"{YES}return np.array([Yes()] * len(y), dtype=object)"),
    Attack("a subclass of ndarray that lies", SUBCLASS),
    Attack("a subclass of float that lies", NUMBERS),
    Attack("a masked array", "return np.ma.array(np.full(y.shape, np.nan), mask=True)"),
    Attack("nan everywhere", "return np.full(y.shape, np.nan)"),
    Attack("an object that says it is an array", "return type('', (), {'__class__': np.ndarray, 'shape': y.shape})()"),
    Attack(
        "a device's array that lies",
        "class Device:\n    __cuda_array_interface__ = {}\n    def get(self): return Device()\nreturn Device()",
    ),
    Attack("an iterator without end", "return itertools.count()"),
    Attack("an iterator that sleeps", "return (time.sleep(0.1) for i in range(10**6))", QUICK),
    Attack("a giant broadcast", "return np.broadcast_to(0.0, (2**40,))"),
    Attack("an array of 2**40 empty rows", "return np.empty((2**40, 0))"),
    Attack("a list within itself", "a = []\na.append(a)\nreturn a"),
    Attack("a list of 10,000 lists", "return [[]] * 10**4"),
    Attack("a text of 12 MB", "return 'x' * (12 * 2**20)"),
    Attack("an integer of a million digits", "return 1 << 4 * 10**6"),
    Attack("a complex number", "return np.array(1j)"),
    Attack("control characters and halves of characters", "raise ValueError('\\x1b[2J\\ud800 =1+1 <script>' * 1000)"),
    Attack("a forged answer: no value, all right", f"forge({FORGED.format({'list': []})})\nos._exit(0)"),
    Attack(
        "a forged answer: all is passed",
        f"for i in range(1000): forge({FORGED.format(NONE)})\nos._exit(0)",
        alone=False,
    ),
    Attack("a forged answer: not the right types", "forge({'outputs': 5, 'error': [], 'mutated': {}})\nos._exit(0)"),
    Attack("a forged call of a function never given", "forge({'callback': 0, 'args': {'tuple': []}})"),
    Attack("a forged name of 8 MB", "forge({'outputs': {'x' * 2**23: 0}, 'error': None, 'mutated': []})"),
    Attack("forged keys that collide", COLLIDING),
    Attack(
        "a forged array larger than its bytes",
        "array = {'dtype': '<f8', 'shape': [10**9], 'strided': True}\n"
        "forge({'outputs': {'list': [{'array': array}]}, 'error': None, 'mutated': []}, b'12345678')",
    ),
    Attack("a header that claims 4 GB", "send(struct.pack('>4sII', b'FTS1', 2**32 - 1, 2**32 - 1))\ntime.sleep(60)"),
    Attack("a header that claims 16 MB, and nothing more", "send(struct.pack('>4sII', b'FTS1', 2**24, 0))", QUICK),
    Attack("a message cut short", "send(struct.pack('>4sII', b'FTS1', 100, 0) + b'{')\nos._exit(0)"),
    Attack(
        "brackets nested a million deep",
        "send(struct.pack('>4sII', b'FTS1', 10**6, 0) + b'[' * 10**6)\ntime.sleep(60)",
    ),
    Attack(
        "random bytes to every descriptor",
        "for number in descriptors():\n"
        "    try:\n        os.write(number, os.urandom(1000))\n    except OSError:\n        pass\n"
        "time.sleep(60)",
        QUICK,
    ),
    Attack("a flood of bytes", "while True: send(bytes(2**16))"),
    Attack("a flood of answers", f"while True: forge({FORGED.format(NONE)})", QUICK, alone=False),
)
