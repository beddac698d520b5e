"""Attacks on the grader, as notebooks that a student might hand in: what they try, by kind.

`python -m tests.attacks` runs them all and prints a table; `tests/test_attacks.py` asserts what has to hold.
"""

from __future__ import annotations

from . import calling, ending, lying, prying, reaching
from .attack import Attack

KINDS: dict[str, tuple[Attack, ...]] = {
    "ending": ending.ATTACKS,
    "reaching": reaching.ATTACKS,
    "lying": lying.ATTACKS,
    "prying": prying.ATTACKS,
    "calling": calling.ATTACKS,
}
ATTACKS = {attack.name: attack for attacks in KINDS.values() for attack in attacks}
