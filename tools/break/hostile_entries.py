"""Loads entries that want to do harm, and says what it cost to refuse them.

    KERAS_BACKEND=torch python tools/break/hostile_entries.py
    python tools/break/hostile_entries.py --part flips --flips 3000 --seed 1

Five parts: `configurations` that ask for code, files, memory or time; `arrays`, HDF5
files of weights that no honest entry has; `records` of a training, which
`kerasgen.zoo.info` reads; `flips`, entries with one bit changed, in half of them with
digests made to fit again; `inception`, files for `metrics.InceptionV3`. Each case is
written into a copy of an honest entry and loaded in another process, of which processor
time and peak memory are measured (the latter on Linux alone). After each part the
honest entry must load.

A case passes if it is refused with a `ValueError` or `FileNotFoundError` within
`--seconds` and `--megabytes`, and nothing was run, registered classes were not made, no
other file was read and no address was looked up. A flip may also load, as the same
model where digests were left as they are. The exit status is 1 if a case does not pass.
"""

import argparse
import dataclasses
import json
import pathlib
import random
import selectors
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from hostile_cases import arrays, flips, honest, records, sign  # noqa: E402
from hostile_configurations import configurations  # noqa: E402
from hostile_tensors import inception  # noqa: E402

PARTS = {
    "configurations": configurations,
    "arrays": arrays,
    "records": records,
    "flips": flips,
    "inception": inception,
}
PATIENCE = 6  # times the seconds allowed, by the clock, before a case is ended
ROOM = 6 * 2**30  # bytes more than at first that its process may take
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")


@dataclasses.dataclass
class Outcome:
    """What became of a case.

    Args:
        kind: "refused", "loaded", "raw error", or "ended", by a signal or by us.
        seconds, megabytes: What it took; the latter above what was taken before.
        said: The error, or what was done that must not be.
        same: Whether the model that was loaded is the honest one.
        harm: What was run, made, or looked up.
    """

    kind: str
    seconds: float = 0.0
    megabytes: float = 0.0
    said: str = ""
    same: bool = False
    harm: str = ""

    def passes(self, case, options):
        """Whether nothing happened that must not."""
        allowed = self.kind == "refused" or (
            self.kind == "loaded" and (self.same or case.may_load)
        )
        cheap = self.seconds <= options.seconds and self.megabytes <= options.megabytes
        return allowed and cheap and not self.harm


# --- the process that loads


def work():
    """Loads what it is told line by line, and answers in JSON."""
    import keras

    answers, sys.stdout = sys.stdout, sys.stderr  # for whatever else prints
    loads = _loads()
    harm = _watch(keras)
    loads["entry"](pathlib.Path(sys.stdin.readline().strip()), True)  # an honest one
    _limit_memory()
    print(json.dumps({"ready": keras.backend.backend()}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        harm.clear()
        answer = _measured(loads[asked["what"]], pathlib.Path(asked["path"]))
        answer.harm = ", ".join(harm)
        print(json.dumps(dataclasses.asdict(answer)), file=answers, flush=True)


def _loads():
    """`{what: function of a path}` that tells whether it is the honest thing."""
    import numpy as np

    import kerasgen
    from kerasgen.extractors import torch_archive

    first = {}

    def entry(path, is_honest=False):
        model = kerasgen.zoo.load(path)
        found = [w.numpy() for net in model.networks.values() for w in net.weights]
        found += [model.generate(2, seed=0)]
        if is_honest:
            first["entry"] = found
        return len(found) == len(first["entry"]) and all(
            map(np.array_equal, found, first["entry"])
        )

    def tensors(path):
        found = torch_archive.read(path)
        expected = np.load(path.with_suffix(".npz"))
        return list(found) == expected.files and all(
            np.array_equal(found[n], expected[n]) for n in found
        )

    def inception(path):
        from kerasgen.extractors import inception_weights
        from kerasgen.extractors.inception_network import inception_network

        if "network" not in first:
            first["network"] = inception_network()
        inception_weights.load(first["network"], path)
        return False

    def info(path):
        str(kerasgen.zoo.info(path))
        return False

    return {"entry": entry, "info": info, "tensors": tensors, "inception": inception}


def _watch(keras):
    """A list that fills with what is done and must not be."""
    harm = []

    class Tool:
        def __init__(self, *args, **kwargs):
            harm.append("a class that was registered is made")

    keras.saving.register_keras_serializable("mine", "Tool")(
        type("Tool", (Tool,), {"get_config": lambda self: {}})
    )
    keras.saving.get_custom_objects()["Bare"] = Tool

    def hook(event, arguments):
        if event.startswith(FORBIDDEN) or "secret" in str(arguments[:1]):
            harm.append(f"{event} {str(arguments)[:100]}")

    sys.addaudithook(hook)
    return harm


def _measured(load, path):
    before, start = _peak(reset=True), time.process_time()
    try:
        outcome = Outcome("loaded", same=bool(load(path)))
    except (ValueError, FileNotFoundError) as error:
        outcome = Outcome("refused", said=str(error))
        if str(path) not in outcome.said:
            outcome = Outcome("raw error", said=repr(error))
    except BaseException as error:
        outcome = Outcome("raw error", said=repr(error))
    outcome.seconds = time.process_time() - start
    outcome.megabytes = max(_peak() - before, 0) / 1e6
    outcome.said = outcome.said[:400]
    return outcome


def _peak(reset=False):
    """The most memory this process has had, in bytes, since the last reset."""
    try:
        if reset:
            pathlib.Path("/proc/self/clear_refs").write_text("5")
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    except OSError:  # not Linux
        return 0
    found = dict(line.split(":", 1) for line in lines)
    return int(found["VmHWM"].split()[0]) * 1024


def _limit_memory():
    try:
        import resource

        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    except (ImportError, OSError):
        return
    now = int(dict(line.split(":", 1) for line in lines)["VmData"].split()[0]) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (now + ROOM, now + ROOM))


# --- the process that asks


class Worker:
    """The process that loads, started anew whenever it has ended."""

    def __init__(self, entry, patience):
        self.entry, self.patience, self.process = entry, patience, None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        answer = self.ask(str(self.entry), 300)
        if answer is None:
            raise RuntimeError("The process that loads does not load an honest entry")

    def ask(self, line, patience):
        """The next line it answers with, None if it ends or takes too long."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            ready = selector.select(patience)
        return self.process.stdout.readline() or None if ready else None

    def load(self, what, path):
        """The `Outcome` of loading a path."""
        if self.process is None:
            self.start()
        start = time.perf_counter()
        asked = json.dumps({"what": what, "path": str(path)})
        answer = self.ask(asked, self.patience)
        if answer is not None:
            return Outcome(**json.loads(answer))
        ended = self.process.poll()
        said = "took too long" if ended is None else f"status {ended}"
        self.stop()
        return Outcome("ended", time.perf_counter() - start, 0.0, said)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self.process = None


def run(options):
    """Loads all cases; prints those that do not pass, and a line for each part."""
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        honest(folder / "honest")
        worker = Worker(folder / "honest", PATIENCE * options.seconds)
        for part in options.part:
            failed += run_part(part, worker, folder, options)
        worker.stop()
    return failed


def run_part(part, worker, folder, options):
    """Loads the cases of a part, and the honest entry afterwards."""
    outcomes, failed = [], 0
    chance = random.Random(options.seed)
    for case in PARTS[part](chance, options.flips):
        path = folder / "case"
        shutil.copytree(folder / "honest", path)
        target = case.write(path) or path
        if case.signed:
            sign(path)
        outcome = worker.load(case.what, target)
        shutil.rmtree(path)
        outcomes.append(outcome)
        if options.all or not outcome.passes(case, options):
            failed += not outcome.passes(case, options)
            _say(f"{part}: {case.name}", outcome)
    after = worker.load("entry", folder / "honest")
    if not after.same:
        failed += 1
        _say(f"{part}: an honest entry afterwards", after)
    refused = sum(each.kind == "refused" for each in outcomes)
    print(
        f"{part}: {len(outcomes)} cases, {refused} refused, {failed} not as they should"
        f" be; at most {max(o.seconds for o in outcomes):.1f} s and "
        f"{max(o.megabytes for o in outcomes):,.0f} MB",
        flush=True,
    )
    return failed


def _say(name, outcome):
    print(
        f"  {name}: {outcome.kind}, {outcome.seconds:.2f} s, "
        f"{outcome.megabytes:,.0f} MB. {outcome.harm} {outcome.said!r}",
        flush=True,
    )


def main(arguments=None):
    """Reads the command line and runs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--flips", type=int, default=100, help="changed bytes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10, help="allowed for a case")
    parser.add_argument("--megabytes", type=float, default=1000, help="the same")
    parser.add_argument("--all", action="store_true", help="print every case")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        return work()
    return min(run(options), 1)


if __name__ == "__main__":
    sys.exit(main())
