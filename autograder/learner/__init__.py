"""The verdict in a reader's notebook: check, hint, solution, progress."""
