"""The cache: what was put comes back whole or not at all, whatever happened to its file or to whoever wrote it."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from derive import cache as module
from derive.cache import FILE, Cache, place

VALUE = {"words": "x < y", "numbers": [1, 2, 3], "long": "0123456789" * 300}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, said: list[str]) -> Cache:
    return Cache(tmp_path, said.append)


def test_what_was_put_comes_back(cache: Cache, tmp_path: Path) -> None:
    cache.put("page", "a", VALUE)
    assert cache.get("page", "a") == VALUE
    assert Cache(tmp_path).get("page", "a") == VALUE
    assert (cache.get("page", "b"), cache.get("decision", "a")) == (None, None)
    assert (cache.hits, cache.misses) == (1, 2)


def test_a_question_makes_no_file(cache: Cache) -> None:
    assert cache.get("page", "a") is None
    assert not cache.file.exists()


def test_git_does_not_see_it(cache: Cache) -> None:
    cache.put("page", "a", VALUE)
    assert (cache.file.parent / ".gitignore").read_text() == "*\n"


def filled(folder: Path) -> bytes:
    """The bytes of a file with twenty entries."""
    cache = Cache(folder)
    for k in range(20):
        cache.put("page", f"key {k}", VALUE | {"k": k})
    cache.close()
    return cache.file.read_bytes()


def all_read(folder: Path, said: list[str]) -> int:
    """How many of the twenty are there still, each as it was put."""
    cache = Cache(folder, said.append)
    found = [cache.get("page", f"key {k}") for k in range(20)]
    assert all(value in (None, VALUE | {"k": k}) for k, value in enumerate(found))
    cache.put("page", "another", VALUE)
    cache.put("page", "another", VALUE)  # the first one may find the file damaged
    assert cache.get("page", "another") == VALUE
    cache.close()
    return sum(value is not None for value in found)


def test_a_flipped_byte_is_noticed(tmp_path: Path, said: list[str]) -> None:
    whole = filled(tmp_path)
    read = []
    for position in range(0, len(whole), 149):
        (tmp_path / FILE).write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        read.append(all_read(tmp_path, said))
    assert any("an entry" in line and "is damaged" in line for line in said)
    assert 20 in read, "a byte that nobody needs costs nothing"
    assert 19 in read, "most flips cost the entry that they hit"


def test_a_truncated_file_is_noticed(tmp_path: Path, said: list[str]) -> None:
    whole = filled(tmp_path)
    for length in range(0, len(whole), 997):
        (tmp_path / FILE).write_bytes(whole[:length])
        assert all_read(tmp_path, said) < 20
    assert any("is made anew" in line for line in said)


def test_a_file_that_is_no_database_is_made_anew(cache: Cache, said: list[str]) -> None:
    cache.file.write_text("this is no database, and long enough to be looked at twice" * 10)
    assert cache.get("page", "a") is None
    cache.put("page", "a", VALUE)
    assert cache.get("page", "a") == VALUE
    assert len(said) == 1
    assert "is made anew" in said[0]


def test_a_forged_value_that_is_no_json_is_no_value(cache: Cache, said: list[str]) -> None:
    cache.put("page", "a", VALUE)
    data = b"no json at all"
    with closing(sqlite3.connect(cache.file)) as base, base:
        base.execute("UPDATE entries SET value = ?, checksum = ?", (data, module._checksum("page", "a", data)))
    assert cache.get("page", "a") is None
    assert len(said) == 1


WRITER = """
import sys
from pathlib import Path
from derive.cache import Cache
cache, name = Cache(Path(sys.argv[1])), sys.argv[2]
k = 0
while k < int(sys.argv[3]):
    cache.put("page", f"{name} {k}", ["0123456789" * 100, k])
    print(k, flush=True)
    k += 1
"""


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name, str(count)], stdout=subprocess.PIPE, text=True)


def test_several_processes_write_at_once(tmp_path: Path, cache: Cache, said: list[str]) -> None:
    writers = {name: writer(tmp_path, name, 40) for name in "abcd"}
    assert [w.wait(60) for w in writers.values()] == [0, 0, 0, 0]
    for w in writers.values():
        assert w.stdout is not None
        w.stdout.close()
    assert all(cache.get("page", f"{name} {k}") == ["0123456789" * 100, k] for name in writers for k in range(40))
    assert said == []


USER = """
import random, sys
from pathlib import Path
from derive.cache import Cache
folder, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
while not (folder / "enough").exists():
    cache = Cache(folder, lambda message: None)
    for j in rng.sample(range(40), 20):
        found = cache.get("page", f"entry {j}")
        if found not in (None, ["0123456789" * 100, j]):
            sys.exit(f"entry {j} came back as {found!r}")
        cache.put("page", f"entry {j}", ["0123456789" * 100, j])
    cache.close()
"""


def test_a_file_that_is_damaged_while_several_processes_use_it_never_lies(tmp_path: Path, cache: Cache) -> None:
    filled(tmp_path)
    users = [subprocess.Popen([sys.executable, "-c", USER, str(tmp_path), str(k)]) for k in range(3)]
    rng = random.Random(0)
    for blow in range(25):
        with suppress(FileNotFoundError), (tmp_path / FILE).open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(rng.randrange(max(1, size)))
            file.write(rng.randbytes(64) if blow % 5 else b"")
            file.truncate(size // 2 if blow % 7 == 6 else None)
        time.sleep(0.05)
    (tmp_path / "enough").touch()
    assert [user.wait(60) for user in users] == [0, 0, 0]
    for _ in range(2):  # the first one may find the file damaged
        cache.put("page", "b", VALUE)
    assert cache.get("page", "b") == VALUE


def test_a_killed_writer_leaves_what_it_had_put(tmp_path: Path, cache: Cache, said: list[str]) -> None:
    with writer(tmp_path, "a", 10**9) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == "100\n":
                process.kill()
                break
    assert all(cache.get("page", f"a {k}") == ["0123456789" * 100, k] for k in range(101))
    cache.put("page", "b", VALUE)
    assert cache.get("page", "b") == VALUE
    assert said == []


FULL = """
import resource, signal, sys
from pathlib import Path
from derive.cache import Cache
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
cache = Cache(Path(sys.argv[1]), print)
cache.put("page", "small", 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
import random
for k in range(100):
    cache.put("page", f"key {k}", [random.Random(k).randbytes(5000).hex()])
"""


def test_a_full_disk_costs_no_more_than_what_does_not_fit(tmp_path: Path, cache: Cache) -> None:
    # No file may grow past a limit: for a writer that is what a full disk is.
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1, done.stdout
    assert "going on without it" in done.stdout
    assert cache.get("page", "small") == 1
    assert cache.get("page", "key 0") is not None
    assert cache.get("page", "key 99") is None
    cache.put("page", "later", VALUE)
    assert cache.get("page", "later") == VALUE


def test_a_folder_that_cannot_be_made_is_reported_once(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache", said.append)
    cache.put("page", "a", VALUE)
    cache.put("page", "b", VALUE)
    assert cache.get("page", "a") is None
    assert len(said) == 1
    assert "going on without it" in said[0]


def test_what_nobody_asks_for_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_today", lambda: 1000)
    cache = Cache(tmp_path)
    cache.put("page", "asked for", 1)
    cache.put("page", "forgotten", 2)
    monkeypatch.setattr(module, "_today", lambda: 1000 + module.KEPT)
    assert cache.get("page", "asked for") == 1
    monkeypatch.setattr(module, "_today", lambda: 1001 + module.KEPT)
    later = Cache(tmp_path)
    later.put("page", "new", 3)
    assert [later.get("page", key) for key in ("asked for", "forgotten", "new")] == [1, None, 3]


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "derivations").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DERIVE_CACHE", raising=False)
    assert place() == tmp_path.resolve() / ".derive-cache"
    monkeypatch.setenv("DERIVE_CACHE", "/somewhere/else")
    assert place() == Path("/somewhere/else")


def test_pages_of_a_wheel_have_it_where_caches_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DERIVE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(module.catalogue, "folder", lambda: Path(module.__file__).parent / "derivations")
    assert place() == tmp_path / "caches" / "derive"
