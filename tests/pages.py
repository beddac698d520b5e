"""Pages of feedback as a browser sees them."""

from __future__ import annotations

from html.parser import HTMLParser


class Text(HTMLParser):
    """Collects a page's text and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags = "", set()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
