"""Messages as HTML and as text."""

from autograder.checking.exercise import CaseResult, Verdict
from autograder.learner.display import Box, Table, verdict_box


def test_a_box_escapes_what_a_function_says():
    html = Box("error", "<b>f</b>", ("`x < 1` & <script>alert(1)</script>",))._repr_html_()
    assert "<script>" not in html
    assert "<b>f" not in html
    assert "<code>x &lt; 1</code> &amp; &lt;script&gt;" in html


def test_a_table_lines_up_as_text_and_escapes_as_html():
    table = Table(("exercise", "status"), (("a.long_name", "<open>"), ("b", "done")), "`2` rows")
    assert repr(table).splitlines() == [
        "exercise     status",
        "a.long_name  <open>",
        "b            done",
        "`2` rows",
    ]
    assert "&lt;open&gt;" in table._repr_html_()
    assert "<code>2</code> rows" in table._repr_html_()


def test_a_verdict_names_its_failing_cases_but_not_all_of_many():
    def shown(failing, passing):
        cases = [CaseResult(f"case {k}", False, k == 0, 1) for k in range(failing)]
        cases += [CaseResult("fine", True, False, 1)] * passing
        return repr(
            verdict_box(Verdict("a.f", "failed", 0.5, 2, None, "Wrong.\nFor x = 1.", tuple(cases)))
        ).splitlines()

    assert shown(2, 1) == [
        "✗ f: not right yet, 0.5 of 2 points",
        "  Wrong.",
        "  For x = 1.",
        "  1 of 3 cases passed. Not: case 0 (hidden); case 1.",
    ]
    assert shown(8, 1)[-1].endswith("case 4; and 3 more.")
    assert shown(6, 1)[-1].endswith("case 4; case 5.")
    assert shown(6, 0)[-1] == "  None of 6 cases passed."
