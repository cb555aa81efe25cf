import hashlib
import itertools
import json
import os
import pathlib
import threading

import pytest

from kerasgen.zoo.entry.whole import contents, opened, put

pytestmark = pytest.mark.host

NAMES = {"config.json", "weights.h5", "manifest.json"}


class Killed(BaseException):
    pass


class Kill:
    """Ends a process in all that matters: from the `place`-th change of the disk on,
    nothing changes any more."""

    def __init__(self, monkeypatch, place):
        self.place, self.calls, self.dead = place, itertools.count(1), False
        for name in ("fsync", "mkdir", "replace", "rmdir", "unlink"):
            monkeypatch.setattr(os, name, self.deadly(getattr(os, name)))
        half = self.half
        monkeypatch.setattr(pathlib.Path, "write_bytes", lambda p, data: half(p, data))

    def strikes(self):
        if not self.dead and next(self.calls) == self.place:
            self.dead = True
            raise Killed
        return self.dead

    def deadly(self, function):
        return lambda *a, **named: None if self.strikes() else function(*a, **named)

    def half(self, path, data):
        with open(path, "wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            if not self.strikes():
                file.write(data[len(data) // 2 :])


@pytest.fixture
def saves(tiny):
    """What three saves write, equal in nothing."""

    def make(tag):
        values = json.loads((tiny / "manifest.json").read_bytes())
        found = {}
        for name in values["files"]:
            data = found[name] = (tiny / name).read_bytes() + tag * 1000
            digest = hashlib.sha256(data).hexdigest()
            values["files"][name] = {"bytes": len(data), "sha256": digest}
        return {**found, "manifest.json": json.dumps(values).encode()}

    return [make(tag) for tag in (b"a", b"bb", b"ccc")]


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_kill_at_any_point_leaves_the_old_entry_or_the_new(saves, tmp_path):
    old, new, next_one = saves
    outcomes = []
    for place in itertools.count(1):
        entry = tmp_path / str(place)
        put(entry, old)
        with pytest.MonkeyPatch.context() as monkeypatch:
            kill = Kill(monkeypatch, place)
            try:
                put(entry, new)
            except Killed:
                pass
        found = contents(entry)
        assert found in (old, new), place
        outcomes.append(found == new)
        if not kill.dead:
            break
        put(entry, next_one)
        assert contents(entry) == next_one and names(entry) == NAMES, place
    assert outcomes == sorted(outcomes)  # old up to the switch, new from there on
    assert 5 < sum(outcomes) < len(outcomes) - 5


def test_what_a_dead_process_left_is_read_without_writing(saves, tmp_path):
    put(tmp_path, saves[0])
    with pytest.MonkeyPatch.context() as patch:
        replace, calls = os.replace, itertools.count()
        # The switch alone.
        patch.setattr(os, "replace", lambda *a: next(calls) or replace(*a))
        patch.setattr("kerasgen.zoo.entry.whole.shutil.rmtree", lambda *_: None)
        put(tmp_path, saves[1])
    assert (tmp_path / "weights.h5").read_bytes() == saves[0]["weights.h5"]
    before = sorted(tmp_path.rglob("*"))
    assert contents(tmp_path) == saves[1]
    assert sorted(tmp_path.rglob("*")) == before


def test_savers_and_readers_at_once(saves, tmp_path):
    put(tmp_path, saves[0])
    failures, loads, done = [], [], threading.Event()

    def repeat(work):
        try:
            while not done.is_set():
                work()
        except BaseException as error:
            failures.append(error)
            done.set()

    def read():
        assert contents(tmp_path) in saves
        loads.append(1)
        if len(loads) > 200:
            done.set()

    savers = [lambda some=some: put(tmp_path, some) for some in saves]
    threads = [threading.Thread(target=repeat, args=(w,)) for w in (*savers, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert names(tmp_path) == NAMES


def test_files_that_are_open_stay_those_of_their_save(saves, tmp_path):
    put(tmp_path, saves[0])
    with opened(tmp_path) as (manifest, files):
        put(tmp_path, saves[1])
        assert {n: file.read_bytes() for n, file in files.items()} == saves[0]
        assert manifest.files["weights.h5"].bytes == len(saves[0]["weights.h5"])
        assert str(files["weights.h5"]) == str(tmp_path / "weights.h5")
        assert files["weights.h5"].stat().st_size == len(saves[0]["weights.h5"])
    assert all(file.closed for file in files.values())


def test_damage_is_no_change_by_another_process(saves, tmp_path):
    put(tmp_path, saves[0])
    (tmp_path / "weights.h5").write_bytes(b"x")
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        contents(tmp_path)
    (tmp_path / "weights.h5").unlink()
    with pytest.raises(FileNotFoundError, match="weights.h5 is missing"):
        contents(tmp_path)


def test_a_full_disk_is_named_and_loses_nothing(saves, tmp_path):
    put(tmp_path / "entry", saves[0])

    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="config.json could not be written") as told:
            put(tmp_path / "entry", saves[1])
    assert told.value.errno == 28 and str(tmp_path / "entry") in str(told.value)
    assert contents(tmp_path / "entry") == saves[0]
    assert names(tmp_path / "entry") == NAMES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_is_not_waited_for(entry):
    (entry / "weights.h5").unlink()
    os.mkfifo(entry / "weights.h5")
    with pytest.raises(FileNotFoundError, match="weights.h5 is missing"):
        contents(entry)
