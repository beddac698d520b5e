"""One assignment in the forms of three graders, and what runs each of them. `benchmarks.grading_peers` has the rows."""
