"""Files that students handed in, and the functions in them."""
