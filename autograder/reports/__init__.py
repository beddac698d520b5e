"""Marks as people and learning platforms read them."""
