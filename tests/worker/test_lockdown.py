"""Each layer that a worker's process locks on itself, alone, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.plan import WORKER
from autograder.worker import lockdown
from tests.locked import locked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are of the Linux kernel")

needs_landlock = pytest.mark.skipif(
    sys.platform == "linux" and not lockdown.landlock_version(), reason="this kernel has no Landlock, or it is off"
)


@needs_landlock
def test_landlock_opens_only_what_is_named(tmp_path):
    library, secret, scratch = (tmp_path / name for name in ("library", "secret", "scratch"))
    for folder in (library / "course" / "deep", library / "numpy", secret, scratch):
        folder.mkdir(parents=True)
    for file in (library / "course" / "deep" / "x", library / "numpy" / "x", library / "single", secret / "x"):
        file.write_text("text")

    def read(path: Path) -> str:
        return f"open({str(path)!r}).read()"

    result = locked(
        read(library / "numpy" / "x"),
        read(library / "single"),
        f"sorted(os.listdir({str(library)!r}))",
        read(library / "course" / "deep" / "x"),
        read(secret / "x"),
        f"os.listdir({str(tmp_path)!r})",
        f"open({str(library / 'numpy' / 'x')!r}, 'a')",
        f"os.unlink({str(library / 'numpy' / 'x')!r})",
        f"os.rename({str(library / 'numpy' / 'x')!r}, {str(scratch / 'x')!r})",
        f"os.truncate({str(library / 'numpy' / 'x')!r}, 0)",
        f"open({str(scratch / 'y')!r}, 'w').write('abc')",
        read(scratch / "y"),
        f"os.symlink({str(secret)!r}, {str(scratch / 'link')!r})",
        f"os.mkfifo({str(scratch / 'pipe')!r})",
        layers=["landlock"],
        read=[str(library), str(tmp_path / "not there")],
        hidden=[str(library / "course")],
        write=[str(scratch)],
    )
    assert result[0] == {"landlock": ""}
    assert result[1:4] == ["'text'", "'text'", "['course', 'numpy', 'single']"]
    assert result[4:11] == ["EACCES"] * 5 + ["EACCES" if result[9] == "EACCES" else "EXDEV", "EACCES"]
    assert result[11:] == ["3", "'abc'", "EACCES", "EACCES"]


def test_a_kernel_without_landlock_is_told(tmp_path):
    result = locked("open('/etc/passwd').close()", layers=["landlock"], setup="lockdown.landlock_version = lambda: 0")
    assert result == [{"landlock": "landlock: the kernel has no Landlock, or it is switched off"}, "None"]


def test_no_capability_is_left():
    status = "[line.split()[1] for line in open('/proc/self/status') if line[:6] in ('CapEff', 'CapPrm', 'NoNewP')]"
    assert locked(status, layers=[])[1] == "['0000000000000000', '0000000000000000', '1']"


def test_a_process_without_its_parent_ends():
    script = f"import sys; sys.path.insert(0, {str(WORKER.parent)!r}); from worker.lockdown import die_with"
    script += "; die_with(0); print('lives')"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "")
