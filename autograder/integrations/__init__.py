"""Other places where a chapter can be graded: Gradescope, GitHub Classroom and nbgrader."""
