"""Texts to learn word vectors from."""
