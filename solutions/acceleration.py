"""Gradient descent with momentum, for the same objectives in fewer steps."""
