"""A function and an exercise in, a verdict out."""
