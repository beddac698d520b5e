"""Before anything is imported: what holds for all tests, and for the notebooks that are run as tests."""

import os
import sys
import tempfile

# The progress that they record is kept away from the reader's own.
_PROGRESS = tempfile.TemporaryDirectory(prefix="progress-")  # goes when the tests end
os.environ["COURSE_PROGRESS"] = _PROGRESS.name

# The arrays are small, and there is a test process for each processor: more threads would only wait for each other.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# A grammar of web addresses that jsonschema would read for a second, with nbformat; no notebook needs it.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

# The program that workers are forked from finds its neighbours by their bare names, as it is never part of a package.
collect_ignore = ["autograder/worker/forkserver.py"]
