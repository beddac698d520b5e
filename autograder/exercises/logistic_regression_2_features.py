"""Chapter 2: features of texts."""

from __future__ import annotations

import math

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

POSITIVE = {"good", "great", "lovely", "warm", "fun"}
NEGATIVE = {"bad", "dull", "slow", "cold"}
PRONOUNS = {"i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"}
THIRD = {"he", "she", "it", "they", "him", "her", "them", "his", "its", "their"}


def _text(words):
    return words.split(" ")


WORDS = [*sorted(POSITIVE | NEGATIVE | PRONOUNS | THIRD), *_text("No no ! . film the Great Bad My You")]


def _texts(rng):
    for n in (9, 30):
        tokens = [str(word) for word in rng.choice(WORDS, n)]
        yield Case(f"{n} random tokens", (tokens, POSITIVE, NEGATIVE), hidden=True)


def _sentiment_loop(tokens, positive, negative):
    result = np.zeros(6)
    for token in tokens:
        word = token.lower()
        if word in positive:
            result[0] += 1
        if word in negative:
            result[1] += 1
        if word == "no":
            result[2] = 1
        if word in PRONOUNS:
            result[3] += 1
        if token == "!":
            result[4] = 1
    result[5] = math.log(len(tokens))
    return result


def _features(tokens, positive, negative):
    words = [token.lower() for token in tokens]
    return [
        sum(word in positive for word in words),
        sum(word in negative for word in words),
        int("no" in words),
        sum(word in PRONOUNS for word in words),
        int("!" in words),
        np.log(len(words)),
    ]


def _sentiment(change):
    """Return an answer that spoils the right features; `change` gets them with the tokens in lower case."""

    def answer(tokens, positive, negative):
        features = _features(tokens, positive, negative)
        change(features, [token.lower() for token in tokens], positive, negative)
        return np.array(features)

    return answer


def _put(place, value):
    """Return a change of one feature."""

    def change(features, words, positive, negative):
        features[place] = value(words, positive, negative)

    return _sentiment(change)


def _case_of(*places):
    """Return an answer that compares the tokens as they are written in some of the features."""

    def answer(tokens, positive, negative):
        features = _features(tokens, positive, negative)
        written = [
            sum(token in positive for token in tokens),
            sum(token in negative for token in tokens),
            int("no" in tokens),
            sum(token in PRONOUNS for token in tokens),
        ]
        for place in places:
            features[place] = written[place]
        return np.array(features)

    return Mistake("case", answer, "Words with capital letters escape you: compare `token.lower()`.")


def _pronouns(known):
    return _put(3, lambda words, positive, negative: sum(word in known for word in words))


def _without(*missing):
    return Mistake(
        "pronouns_missing",
        _pronouns(PRONOUNS - set(missing)),
        "Your fourth feature misses some pronouns: there are eleven, all in small letters (i, me, my, mine, we, us, "
        "our, ours, you, your, yours).",
    )


def _sentiment_elif(tokens, positive, negative):
    features = np.zeros(6)
    for word in [token.lower() for token in tokens]:
        if word in positive:
            features[0] += 1
        elif word in negative:
            features[1] += 1
        elif word == "no":
            features[2] = 1
        elif word in PRONOUNS:
            features[3] += 1
        elif word == "!":
            features[4] = 1
    features[5] = math.log(len(tokens))
    return features


def _sentiment_arrays(tokens, positive, negative):
    words = np.char.lower(np.array(tokens))
    counts = [np.isin(words, sorted(known)).sum() for known in (positive, negative, PRONOUNS)]
    return np.array([counts[0], counts[1], np.any(words == "no"), counts[2], np.any(words == "!"), np.log(words.size)])


def _distinct(features, words, positive, negative):
    features[0], features[1] = len(set(words) & positive), len(set(words) & negative)


def _of_distinct(distinct, length):
    """Return an answer that goes through distinct tokens, for the last feature too if `length` says so."""

    def answer(tokens, positive, negative):
        few = distinct(tokens)
        return np.array([*_features(few, positive, negative)[:5], math.log(len(few if length else tokens))])

    return answer


def _swap_lexicons(tokens, positive, negative):
    return np.array(_features(tokens, negative, positive))


sentiment_features = Exercise(
    ref.sentiment_features,
    number="2.3",
    title="Features of a review",
    points=2,
    minutes=12,
    difficulty=1,
    returns=("the features",),
    cases=(
        Case("worked example", (_text("No , I had a good time !"), {"good", "great"}, {"bad"})),
        Case(
            "words that come twice", (_text("good fun , good food and a bad , bad , slow waiter"), POSITIVE, NEGATIVE)
        ),
        Case(
            "capital letters",
            (
                _text("GREAT film , Lovely cast . My friend and I cried . You must see it , NO doubt"),
                POSITIVE,
                NEGATIVE,
            ),
        ),
        Case(
            "many marks", (_text("no ! no ! no ! what were you and your friends doing to us ! !"), POSITIVE, NEGATIVE)
        ),
        Case("parts of pronouns", (_text("wow ! in short , I was in and I paid"), POSITIVE, NEGATIVE)),
        Case('"no" is in a list', (_text("no , that is bad"), POSITIVE, {"bad", "no"})),
        Case("letters of pronouns", (_text("the e in me , the u in us"), POSITIVE, NEGATIVE), hidden=True),
        Case(
            "third persons", (_text("she said they gave him nothing and its end was not my thing"), POSITIVE, NEGATIVE)
        ),
        Case(
            "tokens that hold others",
            (
                _text("nobody knows , goodness wow!! it is badly done and I now know , mine was iffy"),
                POSITIVE,
                NEGATIVE,
            ),
            hidden=True,
        ),
        Case("every pronoun", (_text("I me my mine we us our ours you your yours"), POSITIVE, NEGATIVE), hidden=True),
        Case("one token", (["!"], POSITIVE, NEGATIVE), hidden=True),
        Case(
            "a word in both lists",
            (_text("the cold is good , the dull is cold"), POSITIVE | {"cold"}, NEGATIVE),
            hidden=True,
        ),
    ),
    random_cases=_texts,
    hints=(
        "Six numbers, one after the other. Make all tokens lower-case first: `words = [token.lower() for token in tokens]`.",
        '`sum(word in positive for word in words)` counts: True counts as 1. Two features ask only whether a token is there, `"no" in words`: that is 0 or 1.',
        "Write the eleven pronouns (i, me, my, mine, we, us, our, ours, you, your, yours) into a set and count as with the "
        "lexicons. The last feature is `np.log(len(tokens))`. Return `np.array([...], dtype=float)`, in the order of the list.",
    ),
    right=(
        _sentiment_loop,
        lambda *args: np.array(_features(*args), dtype=np.float64),
        lambda *args: [float(feature) for feature in _features(*args)],
        _sentiment_arrays,
    ),
    mistakes=(
        _case_of(0, 1, 2, 3),
        _case_of(0, 1),
        _case_of(2),
        _case_of(3),
        _case_of(0, 1, 2),
        _case_of(0, 1, 3),
        _case_of(2, 3),
        Mistake(
            "case",
            lambda tokens, positive, negative: _put(2, lambda *_: int("no" in tokens or "No" in tokens))(
                tokens, positive, negative
            ),
            "Words with capital letters escape you: compare `token.lower()`.",
        ),
        Mistake(
            "upper_case",
            lambda tokens, positive, negative: np.array([0, 0, 0, 0, int("!" in tokens), math.log(len(tokens))]),
            "You compare words in capital letters with lists of words in small letters: use `token.lower()`.",
        ),
        Mistake(
            "sets_in_isin",
            _sentiment(lambda features, *_: features.__setitem__(slice(2), [0, 0])),
            "Your first two features are always 0: the lists hold words in small letters, and `np.isin` needs a list, not "
            "a set.",
        ),
        Mistake(
            "sets_in_isin",
            _pronouns(()),
            "Your fourth feature is always 0: the pronouns are in small letters, and `np.isin` needs a list, not a set.",
        ),
        Mistake(
            "sets_in_isin",
            _sentiment(lambda features, *_: features.__setitem__(slice(4), [0, 0, features[2], 0])),
            "Your counts are always 0: the lists hold words in small letters, and `np.isin` needs a list, not a set.",
        ),
        Mistake(
            "distinct",
            _sentiment(_distinct),
            "A word that occurs twice counts twice: go through the tokens, not through the set of words.",
        ),
        *(
            Mistake(
                "distinct",
                _of_distinct(distinct, length),
                "A token that occurs twice counts twice: go through the tokens, not through a set of them.",
            )
            for distinct in (set, lambda tokens: {token.lower() for token in tokens})
            for length in (False, True)
        ),
        Mistake(
            "distinct",
            _put(3, lambda words, positive, negative: len(set(words) & PRONOUNS)),
            "A pronoun that occurs twice counts twice: go through the tokens, not through the set of words.",
        ),
        Mistake(
            "lexicons_as_flags",
            _sentiment(lambda features, *_: features.__setitem__(slice(2), [int(count > 0) for count in features[:2]])),
            "Your first two features say whether there is a positive or a negative word: count them.",
        ),
        Mistake(
            "counts_as_flags",
            _sentiment(lambda features, *_: features.__setitem__(slice(4), [int(count > 0) for count in features[:4]])),
            "Three of your features say whether there is a positive word, a negative one, a pronoun: count them.",
        ),
        Mistake(
            "lexicons_as_shares",
            _sentiment(
                lambda features, words, *_: features.__setitem__(slice(2), [n / len(words) for n in features[:2]])
            ),
            "You divide the first two features by the number of tokens: they are plain counts.",
        ),
        Mistake(
            "lexicons_inside_words",
            _sentiment(
                lambda features, words, *lexicons: features.__setitem__(
                    slice(2), [sum(" ".join(words).count(word) for word in lexicon) for lexicon in lexicons]
                )
            ),
            'You find words inside other words, such as "good" in "goodness": compare whole tokens.',
        ),
        Mistake(
            "elif",
            _sentiment_elif,
            'A token may count in several features, such as a "no" that is in the negative list: write `if` for each, '
            "not `elif`.",
        ),
        Mistake(
            "lexicons_swapped", _swap_lexicons, "Your first two features are swapped: the positive words come first."
        ),
        Mistake(
            "no_counted",
            _put(2, lambda words, positive, negative: words.count("no")),
            'You count how often "no" occurs: the third feature is 1 if it occurs at all, else 0.',
        ),
        Mistake(
            "marks_counted",
            _put(4, lambda words, positive, negative: words.count("!")),
            "You count the exclamation marks: the fifth feature is 1 if there is one, else 0.",
        ),
        Mistake(
            "both_counted",
            _sentiment(
                lambda features, words, *lexicons: features.__setitem__(
                    slice(2, 5, 2), [words.count("no"), words.count("!")]
                )
            ),
            'You count how often "no" and "!" occur: these two features are 1 if the token occurs at all, else 0.',
        ),
        Mistake(
            "no_inside_words",
            _put(2, lambda words, positive, negative: int("no" in " ".join(words))),
            'You find "no" inside other words, such as "nobody": compare whole tokens.',
        ),
        Mistake(
            "mark_inside_tokens",
            _put(4, lambda words, positive, negative: int("!" in " ".join(words))),
            'You find "!" inside other tokens, such as "wow!!": compare whole tokens.',
        ),
        Mistake(
            "mark_at_end",
            _put(4, lambda words, positive, negative: int(words[-1] == "!")),
            'Your fifth feature looks at the last token alone: "!" may stand anywhere in the text.',
        ),
        Mistake(
            "pronouns_as_flag",
            _put(3, lambda words, positive, negative: int(any(word in PRONOUNS for word in words))),
            "Your fourth feature says whether there is a pronoun: count them.",
        ),
        Mistake(
            "third_person",
            _pronouns(PRONOUNS | THIRD),
            "You count third-person pronouns, too (he, she, it, they ...): only those of the first and second person count.",
        ),
        Mistake(
            "third_person",
            _pronouns(PRONOUNS | {"he", "she", "it", "they"}),
            "You count third-person pronouns, too (he, she, it, they ...): only those of the first and second person count.",
        ),
        Mistake(
            "third_person",
            _pronouns(PRONOUNS | {"he", "she", "it", "they", "him", "her", "them"}),
            "You count third-person pronouns, too (he, she, it, they ...): only those of the first and second person count.",
        ),
        Mistake(
            "pronoun_inside",
            _pronouns("i me my mine we us our ours you your yours"),
            'You look for words inside one long string, where "in" is found in "mine": write the pronouns as a set.',
        ),
        Mistake(
            "pronoun_inside",
            _pronouns("i, me, my, mine, we, us, our, ours, you, your, yours"),
            'You look for words inside one long string, where "in" is found in "mine": write the pronouns as a set.',
        ),
        *(_without(word) for word in sorted(PRONOUNS)),
        _without("mine", "ours", "yours"),
        _without("ours", "yours"),
        _without("you", "your", "yours"),
        _without("we", "us", "our", "ours"),
        _without("my", "mine", "our", "ours", "your", "yours"),
        _without(*PRONOUNS - {"i", "you"}),
        _without(*PRONOUNS - {"i", "me", "you"}),
        _without(*PRONOUNS - {"i", "we", "you"}),
        Mistake(
            "length",
            _put(5, lambda words, positive, negative: len(words)),
            "Your last feature is the number of tokens: take its logarithm.",
        ),
        Mistake(
            "log10",
            _put(5, lambda words, positive, negative: math.log10(len(words))),
            "Your last feature is a logarithm to base 10: take the natural one, `np.log`.",
        ),
        Mistake(
            "log2",
            _put(5, lambda words, positive, negative: math.log2(len(words))),
            "Your last feature is a logarithm to base 2: take the natural one, `np.log`.",
        ),
        Mistake(
            "log1p",
            _put(5, lambda words, positive, negative: math.log1p(len(words))),
            "Your last feature is the log of one more than the number of tokens: add nothing, a text has one token at least.",
        ),
        Mistake(
            "distinct_length",
            _put(5, lambda words, positive, negative: math.log(len(set(words)))),
            "Your last feature counts distinct tokens: it is the log of the number of all tokens.",
        ),
        Mistake(
            "words_only",
            _put(5, lambda words, positive, negative: math.log(max(sum(map(str.isalpha, words)), 1))),
            "Your last feature counts words alone: marks are tokens, too.",
        ),
        Mistake(
            "letters",
            _put(5, lambda words, positive, negative: math.log(len(" ".join(words)))),
            "Your last feature counts letters: it is the log of the number of tokens.",
        ),
        Mistake(
            "list_not_array",
            _features,
            "You return a list: make it an array, `np.array([...], dtype=float)`.",
            craft=True,
        ),
        Mistake(
            "integer",
            lambda *args: np.array(_features(*args)).astype(int),
            "Your features are whole numbers: the logarithm loses its fraction, so make the array of floats.",
        ),
    ),
)


ABBREVIATIONS = {"st.", "dr.", "p.m.", "etc.", "no."}


def _periods(rng):
    words = ("Main", "main", "st.", "St.", "end.", "End.", "etc.", "Dr.", "p.m.", "the", "Elm")
    tokens = [str(word) for word in rng.choice(words, 12)]
    places = [i for i, token in enumerate(tokens) if token.endswith(".")]
    for i in rng.permutation(places)[:2]:
        # All three may be 0: such a case earns nothing.
        blank = tokens[i] == "End."
        yield Case("random tokens", (tokens, int(i), ABBREVIATIONS), hidden=True, weight=0.0 if blank else 1.0)


def _period_steps(tokens, i, abbreviations):
    result = np.zeros(3)
    if tokens[i] == tokens[i].lower() and tokens[i] != tokens[i].upper():
        result[0] = 1
    if tokens[i].lower() in abbreviations:
        result[1] = 1
    if tokens[i] == "St." and i > 0 and tokens[i - 1][0].isupper():
        result[2] = 1
    return result


def _period(tokens, i, abbreviations):
    token = tokens[i]
    return [token.islower(), token.lower() in abbreviations, token == "St." and i > 0 and tokens[i - 1][0].isupper()]


def _period_letters(tokens, i, abbreviations):
    letters = [letter for letter in tokens[i] if letter.isalpha()]
    small = len(letters) > 0 and all(letter == letter.lower() for letter in letters)
    known = sum(tokens[i].lower() == short for short in abbreviations)
    before = tokens[i - 1] if i > 0 else "none"
    street = tokens[i] == "St." and before[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return np.where([small, known > 0, street], 1.0, 0.0)


def _street(before):
    """Return an answer that asks something else of the token before "St."."""
    return _other_period(2, lambda tokens, i, known: tokens[i] == "St." and i > 0 and before(tokens[i - 1]))


def _chained(*, all_three):
    """Return an answer that looks at a feature only if the one before is 0."""

    def answer(tokens, i, abbreviations):
        small, known, street = _period(tokens, i, abbreviations)
        if all_three:
            known, street = known and not small, street and not known and not small
        return np.array([small, known, street and not known], dtype=float)

    return Mistake("elif", answer, "Several features may be 1 at once: write `if` for each, not `elif`.")


def _other_period(place, value):
    """Return an answer with one feature found in another way."""

    def answer(tokens, i, abbreviations):
        features = _period(tokens, i, abbreviations)
        features[place] = value(tokens, i, abbreviations)
        return np.array(features, dtype=float)

    return answer


period_features = Exercise(
    ref.period_features,
    number="2.4",
    title="Features of a period",
    points=2,
    minutes=8,
    difficulty=1,
    returns=("the features",),
    cases=(
        Case("worked example: a street", (_text("465 Main St. is closed."), 2, {"st.", "dr."})),
        Case("worked example: the end of a sentence", (_text("This ends in a period."), 4, {"st.", "dr."})),
        Case("an abbreviation in lower case", (_text("It opens at 9 p.m. on Monday."), 4, ABBREVIATIONS)),
        Case("an abbreviation with a capital letter", (_text("I saw Dr. Lee today."), 2, ABBREVIATIONS)),
        Case("a number ends the sentence", (_text("It costs 12."), 2, ABBREVIATIONS), weight=0),
        Case("an abbreviation elsewhere", (_text("I saw Dr. Lee today."), 4, ABBREVIATIONS)),
        Case("a part of an abbreviation", (_text("The wall is 5 m."), 4, ABBREVIATIONS)),
        Case("all in capital letters", (_text("465 MAIN ST. IS CLOSED."), 2, ABBREVIATIONS)),
        Case("a name with two capital letters", (_text("on McKinley St. it rained."), 2, ABBREVIATIONS)),
        Case("a saint at the start", (_text("St. Anne lived here."), 0, ABBREVIATIONS)),
        Case("a saint after a small word", (_text("we prayed to St. Anne today"), 3, ABBREVIATIONS)),
        Case("st. in lower case after a name", (_text("465 Main st. is closed."), 2, ABBREVIATIONS), hidden=True),
        Case("St. in no list", (_text("on Elm St. it rained."), 2, {"dr."}), hidden=True),
        Case("a street at the start", (_text("Main St. was dark."), 1, ABBREVIATIONS), hidden=True),
        Case("St. comes last, as it came first", (_text("St. Anne is on Elm St."), 5, ABBREVIATIONS), hidden=True),
        Case("no letter at all", (_text("They paid $7.50."), 2, ABBREVIATIONS), hidden=True, weight=0),
        Case("it starts as an abbreviation does", (_text("She said stop."), 2, ABBREVIATIONS), hidden=True),
        Case("without a period inside", (_text("We left at 9 pm."), 4, ABBREVIATIONS), hidden=True),
        # Half a weight each: their answer is the commonest of all, so it may be guessed.
        Case("two streets", (_text("Elm and Main Sts. are closed."), 3, {"st.", "sts."}), hidden=True, weight=0.5),
        Case("a street with an initial", (_text("on J. St. it rained."), 2, ABBREVIATIONS), hidden=True),
        Case(
            "St. after a number", (_text("at platform 4B St. Anne rests."), 3, ABBREVIATIONS), hidden=True, weight=0.5
        ),
        Case("a capital letter inside", (_text("It took 9 kWh. in all."), 3, {"kwh.", "st."}), hidden=True, weight=0.5),
        Case("it ends as an abbreviation does", (_text("It was the best."), 3, ABBREVIATIONS), hidden=True),
        Case(
            "a name ends the sentence", (_text("The street is called Main."), 4, ABBREVIATIONS), hidden=True, weight=0
        ),
        Case("one of several periods", (_text("Mr. Main St. etc. End."), 3, ABBREVIATIONS), hidden=True),
        Case("St. starts and St. ends", (_text("St. Anne at Elm St."), 0, ABBREVIATIONS), hidden=True, weight=0.5),
    ),
    random_cases=_periods,
    hints=(
        "`tokens[i]` is the word with its period. Each feature is one yes or no about it, written as 1 or 0.",
        "`tokens[i].islower()`, then `tokens[i].lower() in abbreviations`. For the third, two things must hold at once: the "
        'token is "St.", and the token before it starts with a capital letter, `tokens[i - 1][0].isupper()`.',
        '`tokens[-1]` is the last token, so ask for i > 0 first: `tokens[i] == "St." and i > 0 and tokens[i - 1][0].isupper()`. '
        "Return `np.array([first, second, third], dtype=float)`.",
    ),
    right=(
        _period_steps,
        lambda *args: np.array([int(feature) for feature in _period(*args)]),
        lambda *args: [1.0 if feature else 0.0 for feature in _period(*args)],
        _period_letters,
    ),
    mistakes=(
        Mistake(
            "period_removed",
            _other_period(1, lambda tokens, i, abbreviations: tokens[i].lower().rstrip(".") in abbreviations),
            "You look for the word without its period: the abbreviations are given with it.",
        ),
        Mistake(
            "case",
            _other_period(1, lambda tokens, i, abbreviations: tokens[i] in abbreviations),
            "Abbreviations with capital letters escape you: look for `tokens[i].lower()`.",
        ),
        Mistake(
            "own_list",
            _other_period(1, lambda tokens, i, abbreviations: tokens[i].lower() in {"st.", "dr."}),
            "You look in a list of your own: the abbreviations are the argument `abbreviations`.",
        ),
        Mistake(
            "any_token",
            _other_period(1, lambda tokens, i, known: any(token.lower() in known for token in tokens)),
            "Your second feature is 1 if any token is an abbreviation: look at `tokens[i]` alone.",
        ),
        Mistake(
            "not_an_abbreviation",
            _other_period(1, lambda tokens, i, abbreviations: tokens[i].lower() not in abbreviations),
            "Your second feature is 0 for an abbreviation and 1 for other words: it is the other way round.",
        ),
        Mistake(
            "part_of_abbreviation",
            _other_period(1, lambda tokens, i, abbreviations: tokens[i].lower() in " ".join(sorted(abbreviations))),
            'You find a token inside an abbreviation, as "m." in "p.m.": compare whole tokens, `in abbreviations`.',
        ),
        Mistake(
            "part_of_abbreviation",
            _other_period(1, lambda tokens, i, known: any(tokens[i].lower() in short for short in known)),
            'You find a token inside an abbreviation, as "m." in "p.m.": compare whole tokens, `in abbreviations`.',
        ),
        Mistake(
            "periods_removed",
            _other_period(
                1,
                lambda tokens, i, known: (
                    tokens[i].lower().replace(".", "") in {short.replace(".", "") for short in known}
                ),
            ),
            'You take out all periods, so that "pm." is found for "p.m.": compare the token as it is, in small letters.',
        ),
        Mistake(
            "start_of_word",
            _other_period(1, lambda tokens, i, known: tokens[i].lower().startswith(tuple(s[:-1] for s in known))),
            'You find abbreviations at the start of other words, as "st" in "stop.": compare the whole token.',
        ),
        Mistake(
            "part_of_word",
            _other_period(1, lambda tokens, i, known: any(short in tokens[i].lower() for short in known)),
            'You find abbreviations inside other words, as "st." in "best.": compare the whole token.',
        ),
        Mistake(
            "first_letter_only",
            _other_period(0, lambda tokens, i, abbreviations: tokens[i][0].islower()),
            "Your first feature looks at the first letter only: no letter of the word may be a capital one.",
        ),
        Mistake(
            "first_letter_only",
            _other_period(0, lambda tokens, i, abbreviations: not tokens[i][0].isupper()),
            "Your first feature looks at the first letter only: no letter of the word may be a capital one, and one must "
            "be small.",
        ),
        Mistake(
            "first_letter_upper",
            _other_period(0, lambda tokens, i, abbreviations: not tokens[i].islower()),
            "Your first feature is 1 for a capital letter: it is 1 where the word is lower-case.",
        ),
        Mistake(
            "no_letter",
            _other_period(0, lambda tokens, i, abbreviations: tokens[i] == tokens[i].lower()),
            'Your first feature is 1 for "12.", which has no letter: `islower()` asks for a small letter as well.',
        ),
        Mistake(
            "letters_only",
            _other_period(0, lambda tokens, i, abbreviations: False),
            "Your first feature is always 0: a period is no letter, so `isalpha()` or a test of every character fails. "
            "Ask `tokens[i].islower()`, which looks at the letters alone.",
        ),
        Mistake(
            "period_inside",
            _other_period(0, lambda tokens, i, abbreviations: tokens[i][:-1].isalpha() and tokens[i].islower()),
            'Your first feature is 0 for "p.m.", whose letters are all small: `tokens[i].islower()` passes over periods.',
        ),
        Mistake(
            "one_small_letter",
            _other_period(0, lambda tokens, i, abbreviations: any(map(str.islower, tokens[i]))),
            "Your first feature is 1 if any letter is small: there must be no capital letter either.",
        ),
        Mistake(
            "one_small_letter",
            _other_period(0, lambda tokens, i, abbreviations: not tokens[i].isupper()),
            "Your first feature is 1 unless all letters are capital: no letter may be a capital one.",
        ),
        Mistake(
            "previous_word",
            _other_period(0, lambda tokens, i, abbreviations: tokens[i - 1].islower()),
            "Your first feature looks at the word before: look at the word that the period ends, `tokens[i]`.",
        ),
        Mistake(
            "next_word",
            _other_period(0, lambda tokens, i, abbreviations: tokens[i + 1 : i + 2] and tokens[i + 1].islower()),
            "Your first feature looks at the word after the period: look at the word that the period ends.",
        ),
        Mistake(
            "wraps_around",
            _other_period(2, lambda tokens, i, abbreviations: tokens[i] == "St." and tokens[i - 1][0].isupper()),
            "For i = 0 there is no token before: tokens[-1] is the last one. Ask for i > 0 first.",
        ),
        Mistake(
            "any_st",
            _other_period(2, lambda tokens, i, abbreviations: tokens[i] == "St."),
            'Your third feature is 1 for every "St.": the token before has to start with a capital letter, too.',
        ),
        Mistake(
            "st_any_case",
            _other_period(
                2, lambda tokens, i, abbreviations: tokens[i].lower() == "st." and i > 0 and tokens[i - 1][0].isupper()
            ),
            'Your third feature is 1 for "st." as well: it asks for "St." as it is written.',
        ),
        Mistake(
            "any_word",
            _other_period(2, lambda tokens, i, abbreviations: i > 0 and tokens[i - 1][0].isupper()),
            'Your third feature is 1 after every word with a capital letter: the token itself has to be "St.", too.',
        ),
        Mistake(
            "starts_with_st",
            _other_period(
                2, lambda tokens, i, known: tokens[i].startswith("St") and i > 0 and tokens[i - 1][0].isupper()
            ),
            'Your third feature is 1 for every token that starts with "St": it asks for exactly "St.".',
        ),
        Mistake(
            "st_in_capitals",
            _other_period(
                2, lambda tokens, i, known: tokens[i] in ("St.", "ST.") and i > 0 and tokens[i - 1][0].isupper()
            ),
            'Your third feature is 1 for "ST." as well: it asks for "St." as it is written.',
        ),
        Mistake(
            "st_if_known",
            _other_period(
                2,
                lambda tokens, i, known: tokens[i] == "St." and "st." in known and i > 0 and tokens[i - 1][0].isupper(),
            ),
            'Your third feature asks whether "st." is a known abbreviation: leave that to the second feature.',
        ),
        Mistake(
            "second_token",
            _other_period(2, lambda tokens, i, known: tokens[i] == "St." and i > 1 and tokens[i - 1][0].isupper()),
            "Your third feature is 0 at i = 1, where there is a token before: ask for i > 0.",
        ),
        Mistake(
            "either",
            _other_period(2, lambda tokens, i, known: tokens[i] == "St." or (i > 0 and tokens[i - 1][0].isupper())),
            'Your third feature is 1 if one of its two conditions holds: both must hold, so write "and" for "or".',
        ),
        Mistake(
            "all_capital",
            _street(str.isupper),
            "Your third feature asks for a token before that is all capital letters: its first letter is enough.",
        ),
        Mistake(
            "title_case",
            _street(str.istitle),
            'Your third feature allows no further capital letter in the token before, as in "McKinley": ask for the first '
            "letter alone, `tokens[i - 1][0].isupper()`.",
        ),
        Mistake(
            "title_case",
            _street(lambda before: before == before.capitalize()),
            'Your third feature allows no further capital letter in the token before, as in "McKinley": ask for the first '
            "letter alone, `tokens[i - 1][0].isupper()`.",
        ),
        Mistake(
            "small_before",
            _street(lambda before: before[0].islower()),
            'Your third feature is 1 for "St." after a small letter: the token before has to start with a capital letter.',
        ),
        Mistake(
            "letters_before",
            _street(lambda before: before.isalpha() and before[0].isupper()),
            'Your third feature wants nothing but letters in the token before: "J." starts with a capital letter, too.',
        ),
        _chained(all_three=True),
        _chained(all_three=False),
        Mistake(
            "lowered",
            lambda tokens, i, abbreviations: np.array(
                _period([token.lower() for token in tokens], i, abbreviations), dtype=float
            ),
            "You make the tokens lower-case first, and so lose their capital letters: only the second feature needs that.",
        ),
        Mistake(
            "signs",
            lambda *args: np.where(_period(*args), 1.0, -1.0),
            "Your features are -1 and 1: they are 0 and 1.",
        ),
        Mistake(
            "token_before",
            lambda tokens, i, abbreviations: np.array(_period(tokens, i - 1, abbreviations), dtype=float),
            "You look at the token before the one that is meant: i counts from 0, so it is `tokens[i]`.",
        ),
        Mistake(
            "last_token",
            lambda tokens, i, abbreviations: np.array(_period(tokens, len(tokens) - 1, abbreviations), dtype=float),
            "You look at the last token: the one that is meant is `tokens[i]`.",
        ),
        Mistake(
            "first_of_equals",
            lambda tokens, i, abbreviations: np.array(_period(tokens, tokens.index(tokens[i]), abbreviations), float),
            "`tokens.index` finds the first of equal tokens: the one that is meant is at the index i that you are given.",
        ),
        Mistake(
            "capital_anywhere",
            _other_period(
                2, lambda tokens, i, abbreviations: tokens[i] == "St." and i > 0 and not tokens[i - 1].islower()
            ),
            "Your third feature does not ask whether the token before starts with a capital letter: `tokens[i - 1][0].isupper()`.",
        ),
        Mistake(
            "next_capital",
            _other_period(
                2,
                lambda tokens, i, abbreviations: (
                    tokens[i] == "St." and i + 1 < len(tokens) and tokens[i + 1][0].isupper()
                ),
            ),
            'Your third feature looks at the token after "St.": look at the one before.',
        ),
        Mistake(
            "bool",
            lambda *args: np.array(_period(*args)),
            "Your features are True and False: make them numbers, `np.array([...], dtype=float)`.",
            craft=True,
        ),
        Mistake(
            "list_not_array",
            _period,
            "You return a list: make it an array, `np.array([...], dtype=float)`.",
            craft=True,
        ),
    ),
)
