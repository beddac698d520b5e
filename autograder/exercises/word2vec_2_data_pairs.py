"""Chapter 5: from a text to pairs of a word and its neighbours."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _texts(rng):
    for T, window in ((9, 2), (6, 4), (12, 3)):
        yield Case(f"{T} random words", (rng.integers(0, 5, T), window), hidden=True)


def _table(pairs):
    return array(pairs, np.int64).reshape(-1, 2)


def _pairs_of(contexts):
    """Return an answer whose contexts of position t are at the places `contexts(t, T, window)`."""
    return lambda ids, window: _table(
        [(int(ids[t]), int(ids[j])) for t in range(len(ids)) for j in contexts(t, len(ids), window)]
    )


def _around(t, T, window):
    return [j for j in range(max(t - window, 0), min(t + window + 1, T)) if j != t]


_right = _pairs_of(_around)


def _changed(change):
    """Return an answer that spoils the right pairs."""
    return lambda ids, window: change(_right(ids, window))


def _by_slices(ids, window):
    pairs = np.empty((0, 2), int)
    for t in range(len(ids)):
        contexts = np.concatenate([ids[max(t - window, 0) : t], ids[t + 1 : t + 1 + window]])
        pairs = np.concatenate([pairs, np.stack([np.full(len(contexts), ids[t]), contexts], axis=1)])
    return pairs


def _by_mask(ids, window):
    places = np.arange(len(ids))
    centres, contexts = np.nonzero((np.abs(places[:, None] - places) <= window) & (places[:, None] != places))
    return np.stack([ids[centres], ids[contexts]], axis=1)


def _other_ids(ids, window):
    return _table(
        [
            (int(ids[t]), int(ids[j]))
            for t in range(len(ids))
            for j in range(max(t - window, 0), min(t + window + 1, len(ids)))
            if ids[j] != ids[t]
        ]
    )


def _by_distance(ids, window):
    """Return the pairs with the nearest contexts first."""
    return _pairs_of(lambda t, T, window: sorted(_around(t, T, window), key=lambda j: (abs(j - t), j)))(ids, window)


def _left_then_right_outward(t, T, window):
    return [j for j in range(t - 1, t - window - 1, -1) if j >= 0] + [j for j in _around(t, T, window) if j > t]


def _offset_by_offset(ids, window):
    T = len(ids)
    return _table(
        [
            (int(ids[t]), int(ids[t + step]))
            for step in [*range(-window, 0), *range(1, window + 1)]
            for t in range(T)
            if 0 <= t + step < T
        ]
    )


def _later_twice(ids, window):
    T = len(ids)
    return _table(
        [
            (int(ids[a]), int(ids[b]))
            for t in range(T)
            for j in range(t + 1, min(t + window + 1, T))
            for a, b in ((t, j), (j, t))
        ]
    )


def _lists(ids, window):
    words = ids.tolist()
    pairs = []
    for t, centre in enumerate(words):
        left, right = words[max(t - window, 0) : t], words[t + 1 : t + 1 + window]
        pairs += [[centre, context] for context in left + right]
    return np.array(pairs, dtype=int).reshape(-1, 2)


def _into_zeros(ids, window):
    T = len(ids)
    pairs = np.zeros((sum(len(_around(t, T, window)) for t in range(T)), 2), dtype=int)
    row = 0
    for t in range(T):
        for j in range(t - window, t + window + 1):
            if 0 <= j < T and j != t:
                pairs[row] = ids[t], ids[j]
                row += 1
    return pairs


def _of_first_places(ids, window):
    """Return the pairs where each word is looked up by `index`, which finds its first place."""
    words = ids.tolist()
    return _table([(word, words[j]) for word in words for j in _around(words.index(word), len(words), window)])


def _equal_word_removed(ids, window):
    """Return the pairs where the window's first word that equals the centre is removed."""
    pairs = []
    for t, centre in enumerate(ids.tolist()):
        near = ids[max(t - window, 0) : t + window + 1].tolist()
        near.remove(centre)
        pairs += [(centre, context) for context in near]
    return _table(pairs)


def _with_filler(filler):
    """Return an answer that pads the text and leaves the filler among the contexts."""

    def answer(ids, window):
        padded = [*[filler] * window, *ids.tolist(), *[filler] * window]
        return _table(
            [
                (padded[t], padded[j])
                for t in range(window, window + len(ids))
                for j in range(t - window, t + window + 1)
                if j != t
            ]
        )

    return answer


def _middle_popped(ids, window):
    """Return the pairs where the centre is always taken to be in the middle of the slice."""
    pairs = []
    for t, centre in enumerate(ids.tolist()):
        near = ids[max(t - window, 0) : t + window + 1].tolist()
        pairs += [(centre, context) for i, context in enumerate(near) if i != window]
    return _table(pairs)


def _no_reshape(ids, window):
    pairs = [(int(ids[t]), int(ids[j])) for t in range(len(ids)) for j in _around(t, len(ids), window)]
    return array(pairs) if pairs else array([])


def _no_reshape_int(ids, window):
    return _no_reshape(ids, window).astype(int)


APRICOT = array([5, 0, 3, 1, 2, 4, 0, 6])

skipgram_pairs = Exercise(
    ref.skipgram_pairs,
    number="5.5",
    title="Pairs",
    points=2,
    minutes=15,
    difficulty=2,
    returns=("the pairs",),
    strict=("floats",),
    cases=(
        Case("worked example", (array([7, 8, 9]), 1)),
        Case("lemon, a tablespoon of apricot jam, a pinch", (APRICOT, 2)),
        Case("a word that comes twice in a row", (array([4, 4, 1, 4]), 1)),
        Case("a word on both sides of another", (array([4, 1, 4, 2]), 2)),
        Case("a window of three", (array([0, 1, 2, 3, 4, 5]), 3)),
        Case("a window wider than the text", (array([3, 0, 2]), 5)),
        Case("two words", (array([1, 6]), 2)),
        Case("int32", (array([2, 5, 1, 0, 5], np.int32), 2)),
        Case("one word", (array([3]), 2), hidden=True, weight=0),
        Case("ids of one byte", (array([250, 3, 255, 0, 128], np.uint8), 2), courtesy=True),
        Case("every other word", (np.arange(20)[::2] * 100_000, 2), hidden=True),
        Case("the same word all along", (array([2, 2, 2, 2]), 2), hidden=True),
        Case("a long window", (array([9, 1, 7, 1, 5, 0]), 4), hidden=True),
        Case("ids of one byte, a long window", (array([9, 1, 7, 1, 5, 0], np.int8), 4), courtesy=True),
    ),
    random_cases=_texts,
    hints=(
        "Two loops: one over the positions t of the centres, one over the positions j of their contexts. Which j are in the window, and which have to be left out?",
        "j runs from t - window to t + window, cut off at 0 and at the end of the text: `range(max(t - window, 0), min(t + window + 1, len(ids)))`, without t itself. "
        "The position is left out, not the word: if a word comes twice in a row, it is a pair with itself.",
        "`pairs = []`, then for t in `range(len(ids))` and for j in `range(max(t - window, 0), min(t + window + 1, len(ids)))`: if j != t, `pairs.append([ids[t], ids[j]])`. "
        "Return `np.array(pairs, dtype=int).reshape(-1, 2)`; the reshape keeps two columns where there is no pair.",
    ),
    right=(_right, _by_slices, _by_mask, _lists, _into_zeros),
    equivalent={
        "-> positions = xp.arange(ids.shape[0], device=device)": "arange makes whole numbers anyway",
        "(xp.arange(*ends, device=device) for": "arange makes whole numbers anyway",
        "-> positions = xp.arange(ids.shape[0], dtype=xp.int64)": "NumPy has one device only",
        "(xp.arange(*ends, dtype=xp.int64) for": "NumPy has one device only",
        "ids.shape[-1]": "ids has one axis, its first and its last",
        "ids = xp.astype(ids, xp.int64) -> (dropped)": "whole numbers may have any width",
    },
    mistakes=(
        Mistake(
            "wraps_around",
            _pairs_of(lambda t, T, window: [(t + s) % T for s in range(-window, window + 1) if s]),
            "Your window goes on at the other end of the text: where the text ends, the window ends.",
        ),
        Mistake(
            "wraps_around",
            _pairs_of(lambda t, T, window: [j for j in range(t - window, min(t + window + 1, T)) if j != t]),
            "At the start of the text your window goes on at its end, since ids[-1] is the last word: begin at max(t - window, 0).",
        ),
        Mistake(
            "wraps_around",
            _pairs_of(lambda t, T, window: [j for j in range(t - window, t + window + 1) if j != t and -T <= j < T]),
            "At the start of the text your window goes on at its end, since ids[-1] is the last word: begin at max(t - window, 0).",
        ),
        Mistake(
            "start_lost",
            _pairs_of(lambda t, T, window: [*range(T)[t - window : t], *range(T)[t + 1 : t + 1 + window]]),
            "Near the start, `ids[t - window : t]` begins at a negative place, which is counted from the end: begin at max(t - window, 0).",
        ),
        Mistake(
            "start_lost",
            _pairs_of(lambda t, T, window: [j for j in range(T)[t - window : t + window + 1] if j != t]),
            "Near the start, `ids[t - window : ...]` begins at a negative place, which is counted from the end: begin at max(t - window, 0).",
        ),
        Mistake(
            "clipped",
            _pairs_of(
                lambda t, T, window: [min(max(j, 0), T - 1) for j in range(t - window, t + window + 1) if j != t]
            ),
            "At the ends of the text you take the first or last word again and again: there the window is shorter.",
        ),
        *(
            Mistake(
                "filler",
                _with_filler(filler),
                "Your pairs hold the filler that stands for places outside the text: there is no pair there.",
            )
            for filler in (-1, 0)
        ),
        *(
            Mistake(
                "zero_left_out",
                _changed(change),
                "You leave out the id 0: it is a word like the others, the most frequent one.",
            )
            for change in (lambda pairs: pairs[pairs[:, 1] != 0], lambda pairs: pairs[np.all(pairs != 0, axis=1)])
        ),
        Mistake(
            "first_places",
            _of_first_places,
            "You look words up by `index`, which always finds the first place of a word: go through the positions, `for t in range(len(ids))`.",
        ),
        Mistake(
            "equal_word_removed",
            _equal_word_removed,
            "`remove` takes out the first word that equals the centre: leave out the centre's own position, j == t.",
        ),
        Mistake(
            "middle_left_out",
            _middle_popped,
            "Near the start the centre is not in the middle of your slice: compare positions in the text, j != t.",
        ),
        Mistake(
            "with_itself",
            _pairs_of(lambda t, T, window: range(max(t - window, 0), min(t + window + 1, T))),
            "You pair each centre with itself: leave out j == t.",
        ),
        Mistake(
            "equal_words_left_out",
            _other_ids,
            "You leave out every context that is the same word as its centre: only the centre's own position is left out, so compare j with t.",
        ),
        Mistake(
            "right_end_missing",
            _pairs_of(lambda t, T, window: [j for j in range(max(t - window, 0), min(t + window, T)) if j != t]),
            "The last word of the window is missing: range leaves out its end, so go to t + window + 1.",
        ),
        Mistake(
            "left_end_missing",
            _pairs_of(
                lambda t, T, window: [j for j in range(max(t - window + 1, 0), min(t + window + 1, T)) if j != t]
            ),
            "The first word of the window is missing: begin at max(t - window, 0).",
        ),
        Mistake(
            "both_ends_missing",
            _pairs_of(lambda t, T, window: [j for j in range(max(t - window + 1, 0), min(t + window, T)) if j != t]),
            "Your window reaches window - 1 words to each side: go from max(t - window, 0) to t + window, and range needs t + window + 1.",
        ),
        Mistake(
            "last_centre_missing",
            _pairs_of(lambda t, T, window: _around(t, T, window) if t < T - 1 else []),
            "The last word of the text is never a centre: `range(len(ids))` ends at the last position by itself.",
        ),
        Mistake(
            "first_centre_missing",
            _pairs_of(lambda t, T, window: _around(t, T, window) if t else []),
            "The first word of the text is never a centre: positions begin at 0.",
        ),
        Mistake(
            "last_word_missing",
            _pairs_of(
                lambda t, T, window: [j for j in range(max(t - window, 0), min(t + window + 1, T - 1)) if j != t]
            ),
            "The last word of the text is never a context: cut the window off at len(ids), which range leaves out anyway.",
        ),
        Mistake(
            "first_word_missing",
            _pairs_of(lambda t, T, window: [j for j in range(max(t - window, 1), min(t + window + 1, T)) if j != t]),
            "The first word of the text is never a context: positions begin at 0.",
        ),
        Mistake(
            "right_only",
            _pairs_of(lambda t, T, window: range(t + 1, min(t + window + 1, T))),
            "Your contexts are on the right only: a window reaches to the left, too.",
        ),
        Mistake(
            "left_only",
            _pairs_of(lambda t, T, window: range(max(t - window, 0), t)),
            "Your contexts are on the left only: a window reaches to the right, too.",
        ),
        Mistake(
            "ends_of_window_only",
            _pairs_of(lambda t, T, window: [j for j in (t - window, t + window) if 0 <= j < T]),
            "You take the two words at the ends of the window: take all words in it.",
        ),
        Mistake(
            "whole_windows_only",
            _pairs_of(lambda t, T, window: _around(t, T, window) if window <= t < T - window else []),
            "Centres near the ends of the text are missing: there the window is shorter, but the word is a centre all the same.",
        ),
        Mistake(
            "whole_windows_only",
            _pairs_of(lambda t, T, window: _around(t, T, window) if t < T - window else []),
            "Centres near the end of the text are missing: there the window is shorter, but the word is a centre all the same.",
        ),
        Mistake(
            "whole_windows_only",
            _pairs_of(lambda t, T, window: _around(t, T, window) if window <= t else []),
            "Centres near the start of the text are missing: there the window is shorter, but the word is a centre all the same.",
        ),
        Mistake(
            "window_in_all",
            _pairs_of(lambda t, T, window: _around(t, T, window // 2)),
            "Your window reaches half as far: it reaches `window` words to each side.",
        ),
        Mistake(
            "window_in_all",
            _pairs_of(lambda t, T, window: _around(t, T, max(window // 2, 1))),
            "Your window reaches half as far: it reaches `window` words to each side.",
        ),
        Mistake(
            "window_ignored",
            _pairs_of(lambda t, T, window: _around(t, T, 1)),
            "Your contexts are the next neighbours only: a window reaches `window` words to each side.",
        ),
        Mistake(
            "window_ignored",
            _pairs_of(lambda t, T, window: _around(t, T, 2)),
            "Your window always reaches two words: it reaches `window` words to each side.",
        ),
        Mistake(
            "swapped",
            _changed(lambda pairs: pairs[:, ::-1]),
            "Your columns are swapped: the centre comes first, then the context.",
        ),
        Mistake(
            "nearest_first",
            _by_distance,
            "You have the right pairs in another order: the contexts of a centre come from left to right.",
        ),
        Mistake(
            "nearest_first",
            _pairs_of(_left_then_right_outward),
            "You have the right pairs in another order: the contexts of a centre come from left to right.",
        ),
        Mistake(
            "right_to_left",
            _pairs_of(lambda t, T, window: _around(t, T, window)[::-1]),
            "Your contexts come from right to left: they come from left to right.",
        ),
        Mistake(
            "right_side_first",
            _pairs_of(lambda t, T, window: sorted(_around(t, T, window), key=lambda j: j < t)),
            "You take the right side of the window first: contexts come from left to right.",
        ),
        Mistake(
            "distance_by_distance",
            _offset_by_offset,
            "You have the right pairs in another order: all pairs of the first centre come first, then those of the next.",
        ),
        Mistake(
            "both_ways_at_once",
            _later_twice,
            "You have the right pairs in another order: all pairs of the first centre come first, then those of the next.",
        ),
        Mistake(
            "sorted",
            _changed(lambda pairs: pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]),
            "Your pairs are sorted by their ids: they come in the order of the text.",
        ),
        Mistake(
            "each_pair_once",
            _changed(lambda pairs: np.unique(pairs, axis=0)),
            "You keep each pair once: a pair that is seen twice counts twice.",
        ),
        Mistake(
            "each_pair_once",
            _changed(lambda pairs: _table(list(dict.fromkeys(map(tuple, pairs.tolist()))))),
            "You keep each pair once: a pair that is seen twice counts twice.",
        ),
        Mistake(
            "positions",
            lambda ids, window: _right(np.arange(len(ids)), window),
            "Your pairs hold positions in the text: look up the ids there, ids[t] and ids[j].",
        ),
        Mistake(
            "distances",
            lambda ids, window: _table(
                [(int(ids[t]), j - t) for t in range(len(ids)) for j in _around(t, len(ids), window)]
            ),
            "Your second column holds distances: it should hold the id of the context, ids[t + distance].",
        ),
        Mistake(
            "first_centre_only",
            lambda ids, window: _right(ids, window)[: len(_around(0, len(ids), window))],
            "Your function returns after the first centre: return after the loops.",
        ),
        Mistake(
            "first_pair_only",
            _changed(lambda pairs: pairs[:1]),
            "Your function returns after the first pair: return after both loops.",
        ),
        Mistake(
            "first_pair_only",
            _changed(lambda pairs: pairs[:0]),
            "Your table is empty: is the `return` inside the loops? Return after both.",
        ),
        Mistake(
            "last_centre_only",
            _pairs_of(lambda t, T, window: _around(t, T, window) if t == T - 1 else []),
            "Only the pairs of the last centre are left: make the list once, before the loops.",
        ),
        *(
            Mistake(
                "too_few_bits",
                _changed(lambda pairs, dtype=dtype: pairs.astype(dtype)),
                "Your dtype is too small for large ids: make the array with dtype=int.",
            )
            for dtype in (np.int8, np.uint8, np.int16, np.uint16)
        ),
        Mistake(
            "flat",
            _changed(np.ravel),
            "Your ids are in one row: a pair is a row of its own, so the shape is (P, 2).",
        ),
        Mistake(
            "transposed",
            _changed(np.transpose),
            "Your table is transposed: a pair is a row, so the shape is (P, 2). `np.stack(..., axis=1)` makes columns.",
        ),
        Mistake(
            "two_arrays",
            _changed(lambda pairs: (pairs[:, 0], pairs[:, 1])),
            "You return centres and contexts apart: put them side by side, `np.stack([centres, contexts], axis=1)`.",
        ),
        Mistake(
            "list",
            _changed(np.ndarray.tolist),
            "You return a list: make it an array, `np.array(pairs, dtype=int).reshape(-1, 2)`.",
        ),
        Mistake(
            "list",
            _changed(lambda pairs: list(map(tuple, pairs.tolist()))),
            "You return a list: make it an array, `np.array(pairs, dtype=int).reshape(-1, 2)`.",
        ),
        Mistake(
            "floats",
            _changed(lambda pairs: pairs.astype(float)),
            "Your ids are floats, which are no row numbers: make the array with dtype=int.",
        ),
        Mistake(
            "no_pairs",
            _no_reshape,
            "A text of one word has no pairs, and `np.array([])` has the shape (0,): `np.array(pairs, dtype=int).reshape(-1, 2)` makes it (0, 2).",
        ),
        Mistake(
            "no_pairs",
            _no_reshape_int,
            "A text of one word has no pairs, and an empty array has the shape (0,): `.reshape(-1, 2)` makes it (0, 2).",
        ),
    ),
)
