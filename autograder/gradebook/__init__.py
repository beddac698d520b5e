"""The gradebook: all that is stored about a class, one transaction per submission."""
