"""A class in, marks out."""
