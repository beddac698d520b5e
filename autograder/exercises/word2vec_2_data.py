"""Chapter 5: from a text to a vocabulary."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake, OnePass

LETTERS = ("sun", "sea", "seas", "ice", "ice,", "map", "oak", "a", "of", "then", "the")


def _texts(rng):
    for n in (12, 40):
        tokens = [str(word) for word in rng.choice(LETTERS, n)]
        yield Case(f"{n} random words", (tokens, int(rng.integers(1, 3))), hidden=True)


def _frequent(tokens, min_count=1):
    """Return (word, count), the most frequent first, of equal counts in alphabetical order."""
    pairs = [(word, count) for word, count in Counter(tokens).items() if count >= min_count]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _numbered(pairs, start=0):
    """Return the two answers made of (word, count) in the order of the ids."""
    vocabulary = {word: i for i, (word, _) in enumerate(pairs, start)}
    return vocabulary, np.array([count for _, count in pairs], np.int64)


def _ordered(key, reverse=False):
    """Return an answer that sorts its (word, count) by another key."""
    return lambda tokens, min_count=1: _numbered(sorted(_frequent(tokens, min_count), key=key, reverse=reverse))


def _changed(change):
    """Return an answer that spoils the right vocabulary and counts."""
    return lambda tokens, min_count=1: change(*_numbered(_frequent(tokens, min_count)))


def _by_loops(tokens, min_count=1):
    counts = {}
    for word in tokens:
        counts[word] = counts.get(word, 0) + 1
    words = [word for word in sorted(counts) if counts[word] >= min_count]
    words.sort(key=counts.get, reverse=True)
    vocabulary = {}
    for word in words:
        vocabulary[word] = len(vocabulary)
    return vocabulary, np.array([counts[word] for word in words])


def _in_two_sorts(tokens, min_count=1):
    pairs = sorted(Counter(tokens).items())
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    vocabulary, counts = {}, []
    for word, count in pairs:
        if count < min_count:
            break
        vocabulary[word] = len(vocabulary)
        counts.append(count)
    return vocabulary, counts


def _into_zeros(tokens, min_count=1):
    counts = Counter(tokens)
    words = sorted([word for word in counts if counts[word] >= min_count], key=lambda word: (-counts[word], word))
    result = np.zeros(len(words))
    for i, word in enumerate(words):
        result[i] = counts[word]
    return dict(zip(words, range(len(words)), strict=True)), result


def _by_unique(tokens, min_count=1):
    words, counts = np.unique(np.array(list(tokens)), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= min_count]
    return {str(words[j]): i for i, j in enumerate(order)}, counts[order].astype(np.int32)


def _first_seen(tokens, min_count=1):
    return _numbered([pair for pair in Counter(tokens).most_common() if pair[1] >= min_count])


def _order_of_text(tokens, min_count=1):
    return _numbered([pair for pair in Counter(tokens).items() if pair[1] >= min_count])


def _more_than(tokens, min_count=1):
    return _numbered(_frequent(tokens, min_count + 1))


def _lower(tokens, min_count=1):
    return _numbered(_frequent([token.lower() for token in tokens], min_count))


def _gaps_by_alphabet(tokens, min_count=1):
    counts = Counter(tokens)
    words = sorted(counts)
    return (
        {word: i for i, word in enumerate(words) if counts[word] >= min_count},
        np.array([counts[word] for word in words if counts[word] >= min_count]),
    )


def _first_not_counted(tokens, min_count=1):
    return _numbered(sorted(_pairs_of(Counter(tokens), -1, min_count), key=lambda pair: (-pair[1], pair[0])))


def _pairs_of(counts, more, min_count):
    return [(word, count + more) for word, count in counts.items() if count + more >= min_count]


def _of_tokens(change):
    """Return an answer that takes other words than the tokens."""
    return lambda tokens, min_count=1: _numbered(_frequent(change(list(tokens)), min_count))


def _same_ids(tokens, min_count=1):
    """Return ids that words of the same count share."""
    pairs = _frequent(tokens, min_count)
    places = sorted({count for _, count in pairs}, reverse=True)
    return {word: places.index(count) for word, count in pairs}, _numbered(pairs)[1]


def _zeros_left(tokens, min_count=1):
    vocabulary, counts = _numbered(_frequent(tokens, min_count))
    return vocabulary, np.concatenate([counts, np.zeros(len(Counter(tokens)) - len(counts), counts.dtype)])


def _with_unknown(tokens, min_count=1):
    pairs = [("<unk>", sum(Counter(tokens).values()) - sum(count for _, count in _frequent(tokens, min_count)))]
    return _numbered(pairs + _frequent(tokens, min_count))


def _rare_counted(tokens, min_count=1):
    return _numbered(_frequent(tokens, min_count))[0], _numbered(_frequent(tokens))[1]


def _counts_in_text_order(tokens, min_count=1):
    counts = Counter(tokens)
    return _numbered(_frequent(tokens, min_count))[0], np.array([n for n in counts.values() if n >= min_count])


def _counts_by_alphabet(tokens, min_count=1):
    counts = Counter(tokens)
    return _numbered(_frequent(tokens, min_count))[0], np.array(
        [counts[word] for word in sorted(counts) if counts[word] >= min_count]
    )


def _rare_as_one(tokens, min_count=1):
    counts = Counter(tokens)
    return _numbered(_frequent([word if counts[word] >= min_count else "<unk>" for word in tokens]))


def _read_twice(tokens, min_count=1):
    words = set(tokens)
    counts = Counter(tokens)
    return _numbered(sorted(((word, counts[word]) for word in words if counts[word] >= min_count), key=_frequent_first))


def _frequent_first(pair):
    return -pair[1], pair[0]


def _words(text):
    return text.split(" ")


build_vocabulary = Exercise(
    ref.build_vocabulary,
    number="5.4",
    title="The vocabulary",
    points=2,
    minutes=12,
    difficulty=1,
    returns=("vocabulary", "counts"),
    cases=(
        Case("worked example", (_words("the cat and the dog and the owl"),)),
        Case("apricot jam", (_words("a tablespoon of apricot jam or of a quince jam is a lot of a jam"),)),
        Case("all words equally frequent", (_words("zoo bee cow ant"),)),
        Case("words that occur twice or more", (_words("b a c a b d e c c f"), 2)),
        Case("three times or more, by name", (_words("so so so long long and and and and thanks"),), {"min_count": 3}),
        Case("capital letters and marks are part of a word", (_words("the Sea , the sea , the Sea ice"),)),
        Case("any iterable, say a set", ({"ice"},)),
        Case("an iterator, which can be gone through once", (OnePass(tuple(_words("to be or not to be"))),)),
        Case("the same word in capital letters", (_words("Ant ant ANT ant Ant ant"),), hidden=True),
        Case("as often as the most frequent", (_words("x y x z y x y w"), 3), hidden=True),
        Case("one word, many times", (["ice"] * 7,), hidden=True),
        Case("rare words between frequent ones", (_words("p q q r s s t u u q"), 2), hidden=True),
        Case("words with accents and digits", (_words("10 9 é e 9 été e é 10 2"),), hidden=True),
    ),
    random_cases=_texts,
    hints=(
        "Three steps: count the words (`Counter` from `collections` does it), leave out those that occur less often than min_count, and sort what is left. Ids are the places in that order.",
        "The order has two keys: first the count, the largest first, then the word. Python compares tuples entry by entry, so sort by `(-count, word)`.",
        "`from collections import Counter` and `counts = Counter(tokens)`. Then `words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))`, "
        "and `return {word: i for i, word in enumerate(words)}, np.array([counts[word] for word in words])`.",
    ),
    right=(
        _by_loops,
        _by_unique,
        _in_two_sorts,
        _into_zeros,
        lambda tokens, min_count=1: _numbered(_frequent(tokens, min_count)),
    ),
    equivalent={
        "np.array([count for _, count in frequent])": "whole numbers make an array of whole numbers anyway",
    },
    mistakes=(
        Mistake(
            "read_twice",
            _read_twice,
            "You go through the tokens twice, and an iterator is used up after the first time: count them in one pass, or make a list of them first.",
        ),
        Mistake(
            "ties_by_first_seen",
            _first_seen,
            "Equally frequent words come in the order of the text (as `most_common` gives them): they should come in alphabetical order.",
        ),
        Mistake(
            "ties_reversed",
            _ordered(lambda pair: (pair[1], pair[0]), reverse=True),
            "`reverse=True` turns the alphabet round, too: sort by `(-count, word)`.",
        ),
        Mistake(
            "alphabetical",
            _ordered(lambda pair: pair[0]),
            "Your ids are in alphabetical order: the most frequent word has id 0.",
        ),
        Mistake(
            "order_of_text",
            _order_of_text,
            "Your ids are in the order in which the words come first: the most frequent word has id 0.",
        ),
        Mistake(
            "rarest_first",
            _ordered(lambda pair: (pair[1], pair[0])),
            "The rarest word has id 0: the most frequent one comes first, so sort by minus the count.",
        ),
        Mistake(
            "longest_first",
            _ordered(lambda pair: (-len(pair[0]), pair[0])),
            "You sort by the length of the words: sort by how often they occur.",
        ),
        Mistake(
            "more_than_min_count",
            _more_than,
            "You drop words that occur exactly min_count times: only those that occur less often are left out, so ask for count >= min_count.",
        ),
        Mistake(
            "rare_words_kept",
            lambda tokens, min_count=1: _numbered([pair for pair in _frequent(tokens) if pair[1] <= min_count]),
            "You keep the rare words and leave out the others: ask for count >= min_count.",
        ),
        Mistake(
            "min_count_ignored",
            lambda tokens, min_count=1: _numbered(_frequent(tokens)),
            "Your function ignores min_count: words that occur less often than that are left out.",
        ),
        *(
            Mistake(
                "min_count_fixed",
                lambda tokens, min_count=1, least=least: _numbered(_frequent(tokens, least)),
                f"Your function always leaves out words that occur less than {least} times: use the argument min_count.",
            )
            for least in (2, 3, 5)
        ),
        *(
            Mistake(
                "default",
                lambda tokens, min_count=least: _numbered(_frequent(tokens, min_count)),
                "Without min_count no word is left out: write `min_count=1` in the first line.",
            )
            for least in (2, 3, 5)
        ),
        Mistake(
            "first_not_counted",
            _first_not_counted,
            "You count a word 0 times when it first comes: that is its first time, so begin with 1.",
        ),
        Mistake(
            "marks_taken_off",
            _of_tokens(lambda tokens: [word.strip(".,;:!?") for word in tokens]),
            'You take marks off the words: take the tokens as they are, "," is one, too.',
        ),
        *(
            Mistake(
                "tokens_left_out",
                _of_tokens(lambda tokens, keep=keep: [word for word in tokens if keep(word)]),
                "You leave out tokens by their letters or their length: take all of them as they are.",
            )
            for keep in (
                str.isalpha,
                str.isalnum,
                lambda word: len(word) > 1,
                lambda word: word not in ("a", "of", "the"),
                lambda word: word not in ("a", "and", "is", "of", "or", "the"),
            )
        ),
        Mistake(
            "letters",
            _of_tokens("".join),
            "You count letters: each entry of tokens is a word.",
        ),
        Mistake(
            "each_word_once",
            _of_tokens(set),
            "You count each word once: count the tokens, not the set of words.",
        ),
        Mistake(
            "same_ids",
            _same_ids,
            "Words of the same count have the same id: each word has an id of its own.",
        ),
        Mistake(
            "zeros_left",
            _zeros_left,
            "There are zeros at the end of your counts: leave rare words out before you make the array, one count for each word of the vocabulary.",
        ),
        Mistake(
            "unknown_word",
            _with_unknown,
            "You add a word for all the rare ones: they are left out altogether.",
        ),
        Mistake(
            "ids_as_text",
            _changed(lambda vocabulary, counts: ({word: str(i) for word, i in vocabulary.items()}, counts)),
            "Your ids are texts: a row number is an int.",
        ),
        Mistake(
            "total",
            _changed(lambda vocabulary, counts: (vocabulary, int(np.sum(counts)))),
            "You return the number of all tokens: return one count for each word.",
        ),
        Mistake(
            "counts_only",
            _changed(lambda vocabulary, counts: counts),
            "You return the counts alone: return vocabulary, counts.",
        ),
        Mistake(
            "gaps",
            _gaps_by_alphabet,
            "You number the words before you leave the rare ones out, and in alphabetical order: leave out first, then sort by count.",
        ),
        Mistake(
            "rare_counted",
            _rare_counted,
            "Your counts still hold the rare words: one count for each word of the vocabulary.",
        ),
        Mistake(
            "rare_as_one",
            _rare_as_one,
            "You put the rare words together as one: they are left out altogether.",
        ),
        Mistake(
            "from_one",
            lambda tokens, min_count=1: _numbered(_frequent(tokens, min_count), 1),
            "Your ids begin at 1: they are rows of an array, so the first is 0.",
        ),
        Mistake(
            "lower_case",
            _lower,
            "You change the words to lower case: take the tokens as they are.",
        ),
        Mistake(
            "counts_in_another_order",
            _counts_in_text_order,
            "Your counts are in the order of the text: counts[i] belongs to the word with id i.",
        ),
        Mistake(
            "counts_in_another_order",
            _counts_by_alphabet,
            "Your counts are in alphabetical order: counts[i] belongs to the word with id i.",
        ),
        Mistake(
            "words_of_ids",
            _changed(lambda vocabulary, counts: ({i: word for word, i in vocabulary.items()}, counts)),
            "Your dict leads from ids to words: it should lead from a word to its id.",
        ),
        Mistake(
            "words_to_counts",
            _changed(lambda vocabulary, counts: (dict(zip(vocabulary, counts.tolist(), strict=True)), counts)),
            "Your dict leads from a word to its count: it should lead to its id, 0 for the most frequent.",
        ),
        Mistake(
            "list_of_words",
            _changed(lambda vocabulary, counts: (list(vocabulary), counts)),
            "Your vocabulary is a list of words: make it a dict, `{word: i for i, word in enumerate(words)}`.",
        ),
        Mistake(
            "dict_of_counts",
            _changed(lambda vocabulary, counts: (vocabulary, dict(zip(vocabulary, counts.tolist(), strict=True)))),
            "Your counts are a dict: make them an array in the order of the ids.",
        ),
        Mistake(
            "list_of_counts",
            _changed(lambda vocabulary, counts: (vocabulary, counts.tolist())),
            "Your counts are a list: make them an array, `np.array(...)`.",
            craft=True,
        ),
        Mistake(
            "shares",
            _changed(lambda vocabulary, counts: (vocabulary, counts / np.sum(counts))),
            "You return shares of the text: counts are whole numbers.",
        ),
        Mistake(
            "float_counts",
            _changed(lambda vocabulary, counts: (vocabulary, counts.astype(float))),
            "Your counts are floats: they are whole numbers, so start with `np.zeros(..., dtype=int)`.",
            craft=True,
        ),
        Mistake(
            "each_word_once",
            _changed(lambda vocabulary, counts: (vocabulary, np.ones_like(counts))),
            "All your counts are 1: count the tokens, not the set of words.",
        ),
        Mistake(
            "order",
            _changed(lambda vocabulary, counts: (counts, vocabulary)),
            "Your values come in the wrong order: return vocabulary, counts.",
        ),
        Mistake(
            "vocabulary_only",
            _changed(lambda vocabulary, counts: vocabulary),
            "You return the vocabulary alone: return vocabulary, counts.",
        ),
    ),
)
