"""Chapter 5, using word vectors."""

from tests.contract import Integers, Row, zeros

VECTORS = [[1, 2], [3, -4], [0, 0], [2, 4], [-5, 1], [2, 1]]
WRONG_VECTORS = (
    (lambda a: {"W": a(zeros(6))}, "(V, d) (6,)"),
    (lambda a: {"W": a(zeros(6, 2, 1))}, "(V, d) (6, 2, 1)"),
)

CONTRACT = {
    "cosine_similarity": Row(
        "(A, B)",
        lambda a: {"A": a(VECTORS), "B": a([[1, 1], [0, 3], [-2, 1]])},
        ((6, 3),),
        (
            (lambda a: {"B": a(zeros(3, 1))}, "(6, 2) (3, 1)"),
            (lambda a: {"B": a(zeros(2))}, "(6, 2) (2,)"),
            (lambda a: {"A": a(zeros(2))}, "(2,) (3, 2)"),
        ),
    ),
    "most_similar": Row(
        "(W, i, k)", lambda a: {"W": a(VECTORS), "i": 1, "k": 3}, (Integers((3,)), (3,)), WRONG_VECTORS
    ),
    "analogy": Row(
        "(W, a, b, c, k)",
        lambda a: {"W": a(VECTORS), "a": 0, "b": 1, "c": 4, "k": 2},
        (Integers((2,)), (2,)),
        WRONG_VECTORS,
    ),
    "document_vectors": Row(
        "(docs, W)", lambda a: {"docs": [[0, 1, 1], [], [5]], "W": a(VECTORS)}, ((3, 2),), WRONG_VECTORS
    ),
}
