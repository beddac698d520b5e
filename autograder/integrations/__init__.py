"""Where else a chapter can be graded."""
