"""Fork a worker whenever the grader asks for one: Python and NumPy are loaded once, and never met a student's code.

The grader starts this process by exec, so that no expected value and no hidden case is ever in it. It reads requests
from its control socket alone; what a student's code says goes through pipes that only the worker keeps. It ends, and
all its workers with it, as soon as the grader has gone.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import time
from typing import Any

import numpy as np

from . import lockdown, namespaces, seccomp
from .answering import Desk
from .lockdown import close_all_but, limit_resources
from .preloading import numpy_as_loaded
from .wire import send

MAX_REQUEST = 65536
# So many graders may share this process: what is above the limit on descriptors would stay open in the workers.
MAX_GRADERS = 64

# What notebooks import, the stand-in for the autograder among it: loaded once, not per student.
PRELOADED = ("array_api_compat.numpy", "autograder")
# What points a program at the place where it may write.
HOMES = ("HOME", "TMPDIR", "TEMP", "TMP")


class ForkServer:
    """Forks workers and ends them, for the grader that has started it and for others that this one has let in.

    Args:
        plan: what `lockdown.lock` takes, and `namespaces.seclude`.
        control: the socket that the grader's requests come from.
        failed: why there are no namespaces: empty if none are wanted, an empty text in it if they are there.
    """

    def __init__(self, plan: dict[str, Any], control: socket.socket, failed: dict[str, str]) -> None:
        self.plan, self.failed = plan, failed
        self.graders = {control.fileno(): control}
        self.asking = select.poll()
        self.asking.register(control, select.POLLIN)
        self.home = os.pidfd_open(os.getpid()) if failed.get("namespaces") == "" else None
        self.rules: dict[str, int] = {}
        self.workers: dict[int, int] = {}  # each with its grader

    def serve(self) -> None:
        """Answer requests until the first grader is gone; then end all workers."""
        first = next(iter(self.graders))
        _preload()
        seccomp.prepare()
        gc.collect()
        gc.freeze()  # so that no worker's clean-up touches, and thereby copies, the memory that all share
        while first in self.graders:
            for grader, _ in self.asking.poll():
                if not self._answer(grader):
                    self._let_go(grader)
        for grader in list(self.graders):
            self._let_go(grader)

    def _answer(self, grader: int) -> bool:
        """Answer a grader's request, and return whether there was any."""
        answers = {"fork": self._fork, "end": self._end, "share": self._share}
        try:
            data, descriptors, _, _ = socket.recv_fds(self.graders[grader], MAX_REQUEST, 2)
            if data:
                request = json.loads(data)
                try:
                    reply = answers[request["do"]](request | {"grader": grader}, descriptors)
                except OSError as error:
                    reply = {"error": str(error)}
                for descriptor in descriptors:
                    os.close(descriptor)
                self.graders[grader].send(json.dumps(reply).encode())
        except (BrokenPipeError, ConnectionResetError):
            return False
        return bool(data)

    def _let_go(self, grader: int) -> None:
        """Forget a grader that is gone, and end its workers."""
        for worker in [worker for worker, of in self.workers.items() if of == grader]:
            self._kill(worker)
        self.asking.unregister(grader)
        self.graders.pop(grader).close()

    def _share(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if len(self.graders) == MAX_GRADERS:
            return {"error": "it has graders enough"}
        control = socket.socket(fileno=os.dup(descriptors[0]))
        self.graders[control.fileno()] = control
        self.asking.register(control, select.POLLIN)
        return {}

    def _fork(self, request: dict[str, Any], pipes: list[int]) -> dict[str, Any]:
        if self.home is not None:
            request["work"] = self.plan["disk"]  # each worker has a disk of its own there
        rules = self._rules(request["work"])
        if self.home is not None:
            namespaces.next_child_in_its_own()
        worker = os.fork()
        if worker == 0:
            try:
                self._become_worker(request, pipes, rules)
            finally:
                os._exit(1)
        if self.home is not None:
            namespaces.next_child_in(self.home)
        with contextlib.suppress(OSError):  # it has done so itself, or has ended
            os.setpgid(worker, worker)
        self.workers[worker] = request["grader"]
        return {"worker": worker}

    def _rules(self, work: str) -> int | None:
        """Return what Landlock is to allow. Paths stay, so that it need not be put together for each worker."""
        if "landlock" not in self.plan["layers"]:
            return None
        # A disk of the worker's own is mounted there, and a rule reaches into it from the folder above only.
        path = work if self.home is None else os.path.dirname(work)
        if path not in self.rules:
            with contextlib.suppress(OSError):  # the worker will meet it again, and tell
                self.rules[path] = lockdown.rules(self.plan["read"], self.plan["hidden"], [path])
        return self.rules.get(path)

    def _end(self, request: dict[str, Any], pipes: list[int]) -> dict[str, Any]:
        worker = request["worker"]
        if self.workers.get(worker) != request["grader"]:
            return {"error": "there is no such worker"}
        # Not waited for in earnest: its number has to stay its own until its group is killed.
        look, end = os.WEXITED | os.WNOHANG | os.WNOWAIT, time.monotonic() + request["patience"]
        while time.monotonic() < end and os.waitid(os.P_PID, worker, look) is None:
            time.sleep(0.001)
        return {"code": self._kill(worker)}

    def _kill(self, worker: int) -> int:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        del self.workers[worker]
        return os.waitstatus_to_exitcode(status)

    def _become_worker(self, request: dict[str, Any], pipes: list[int], rules: int | None) -> None:
        os.setpgid(0, 0)
        stdin, stdout = os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb")
        plan = self.plan | {"write": [request["work"]]}
        failed = dict(self.failed)
        parent = os.getppid()
        if self.home is not None:
            parent = 0  # it is outside, where this process sees no numbers
            try:
                namespaces.seclude(plan)
            except OSError as error:
                failed["namespaces"] = f"namespaces: {error.strerror}"
        for descriptor in (1, 2):
            os.dup2(0, descriptor)  # nowhere
        close_all_but({pipes[0], pipes[1], rules})
        limit_resources(request["memory"])
        os.chdir(request["work"])
        os.environ |= dict.fromkeys(HOMES, request["work"])
        # Of 32 bits, since more of them take a millisecond; Python's own generator sees to that itself.
        np.random.seed(int.from_bytes(os.urandom(4), "little"))
        layers = failed | lockdown.lock(plan | {"parent": parent}, rules)
        send(stdout, {"layers": layers}, [])
        if not any(layers.values()):
            Desk(stdin, stdout).serve()
            os._exit(0)


def _preload() -> None:
    with numpy_as_loaded():
        for module in PRELOADED:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
