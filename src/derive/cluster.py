"""The cluster: a pool whose workers are those of a dask.distributed scheduler.

What travels there is a call: the name of a function, and statements as data. No page does, since pages run where the command runs. A
worker hands each call to a process of its own, which the call's time limit kills: a call is lost there for the same reasons as here. Of
a worker that dies the scheduler gives the calls to another one. What is not the same program as here gets no call: its verdicts are
not ours.
"""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from typing import Any

from derive import keys
from derive.errors import DeriveError
from derive.jobs import Call, Lost, Pool
from derive.version import __version__

PATIENCE = 10.0  # seconds until a scheduler has answered, and has a worker
ADVICE = "start it with `dask scheduler`, and give the address that it prints, such as tcp://127.0.0.1:8786"


class Cluster(Pool):
    """The workers of a scheduler; raises DeriveError where it cannot be reached, has none, or has one that is another program."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise DeriveError("--scheduler wants dask.distributed, which is missing; pip install 'derive-proofs[dask]'") from None
        super().__init__(workers=1)
        self.address, self.program = address, program()
        try:
            self._client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise DeriveError(f"no scheduler at {address} answered within {PATIENCE:g} s ({_first_line(error)}); {ADVICE}") from None
        try:
            self._wait_for_a_worker()
            for worker, theirs in self._client.run(program, on_error="return").items():
                if words := _difference(self.program, theirs):
                    raise DeriveError(f"the worker at {worker} {words}")
        except BaseException:
            self._client.close()
            raise

    def prepare(self, make_ready: Callable[[], None], most: int) -> None:
        """These workers run already."""

    def _wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            message = f"the scheduler at {self.address} has had no worker for {PATIENCE:g} s; start one with `dask worker {self.address}`"
            raise DeriveError(message) from None

    # What a pool asks of its executor

    def _start(self) -> Executor:
        # Not pure: a call is made, whether or not the scheduler has seen the same one.
        return self._client.get_executor(pure=False)  # type: ignore[no-any-return]

    def _room(self, running: int) -> bool:
        return True  # what waits for a worker waits at the scheduler, so workers may come and go

    def _submit(self, call: Call) -> Future[Any]:
        import cloudpickle

        # By value, for functions of a script: the worker has no such file.
        return self._executor_now().submit(answer, self.program, cloudpickle.dumps(call), call.limit)

    def _first_done(self, running: Iterable[Future[Any]]) -> set[Future[Any]]:
        while not (done := wait(running, timeout=PATIENCE, return_when=FIRST_COMPLETED).done):
            self._wait_for_a_worker()
        return done

    def _result(self, future: Future[Any]) -> Any:
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker:
            return Lost("stopped: its worker died, and so did every other one that was given it")
        except CancelledError:
            message = f"the scheduler at {self.address} went away; what was decided is kept, so run the command again"
            raise DeriveError(message) from None

    def close(self, *, at_once: bool = False) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=not at_once)
        self._client.close()


def program() -> dict[str, str]:
    """All that an answer depends on besides its question."""
    return {"derive": __version__, "the sources of derive": keys.sources(), **keys.program()}


def _difference(ours: dict[str, str], theirs: dict[str, str] | BaseException) -> str:
    """In words, why what a worker says of itself is not what we are; "" where it is."""
    advice = f"install derive-proofs=={__version__} there, with the libraries that are here, and start it again"
    if isinstance(theirs, BaseException):
        return f"has no derive, or one that takes no calls ({_first_line(theirs)}); {advice}"
    other = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    words = [f"{name} ({_short(theirs.get(name))} there, {_short(ours.get(name))} here)" for name in other]
    return f"is another program, and its verdicts are not ours: {', '.join(words)}; {advice}" if words else ""


def _short(value: str | None) -> str:
    return "none" if not value else value.split()[0][:12]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


# On a worker

_mine = threading.local()  # the process that answers for a thread, kept for its next call


def answer(ours: dict[str, str], call: bytes, limit: float) -> Any:
    """The answer of a call, or `Lost`; raises DeriveError where this is another program."""
    if not hasattr(_mine, "pool"):
        # dask runs its workers as daemons, which may start no process. What a pool starts never outlives its parent.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _mine.pool = Pool(1)
    (found,) = _mine.pool.run([Call(_answer_here, (ours, call), limit)])
    return found


def _answer_here(ours: dict[str, str], call: bytes) -> Any:
    # Asked here, in the process that decides: a worker may have come later, or its files may have changed.
    if words := _difference(ours, program()):
        raise DeriveError(f"a worker {words}")
    wanted: Call = pickle.loads(call)
    return wanted.function(*wanted.args)
