"""Messages as HTML and as text."""

from autograder.show import Box, Table


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
