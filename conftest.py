"""Before anything is imported: what holds for all tests, and for the notebooks that are run as tests."""

import os
import tempfile

# The progress that they record is kept away from the reader's own.
_PROGRESS = tempfile.TemporaryDirectory(prefix="progress-")  # goes when the tests end
os.environ["COURSE_PROGRESS"] = _PROGRESS.name

# The arrays are small, and there is a test process for each processor: more threads would only wait for each other.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

collect_ignore = [
    # The program that workers are forked from finds its neighbours by their bare names: it is never part of a package.
    "autograder/worker/forkserver.py",
    # Answers to be judged, and no tests: collected for doctests, each would be there twice.
    "tests/variants",
]
