"""Chapter 0."""

from tests.contract import Row, zeros

CONTRACT = {
    "center_columns": Row(
        "(X)",
        lambda a: {"X": a([[1, 20, 4], [3, 10, 8]])},
        ((2, 3),),
        ((lambda a: {"X": a(zeros(3))}, "(N, D) (3,)"), (lambda a: {"X": a(zeros(1, 2, 3))}, "(N, D) (1, 2, 3)")),
    ),
}
