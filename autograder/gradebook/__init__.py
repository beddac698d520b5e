"""What is kept of a class: one transaction a submission."""
