"""How fast the course is, as ratios to its peers: `python -m benchmarks`."""
