"""Every kind of input, damaged at random: it is read, or refused in words. No other error ever comes out, and none hangs.

A few mutations of each kind run with all tests; `make slow` runs 10,000. `WINSET_FUZZ=N` sets how many of each kind, and
another seed each time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.case.broken import HARBOUR
from tests.formats import event_files as make
from tests.formats.test_domains import GENIUS
from tests.formats.test_ktab import SMALL, XML
from tests.property.mutate import mutated
from winset.arrays import Study, compile
from winset.case.load import load
from winset.case.patch import combine, read_patches
from winset.errors import WinsetError
from winset.formats.annotation import read_annotations, write_annotations
from winset.formats.annotation_import import add_passages
from winset.formats.domain import to_case
from winset.formats.event_import import import_events, read_codes
from winset.formats.folder import read_domain
from winset.formats.json_domains import write_geniusweb, write_negolog
from winset.formats.ktab import read_ktab
from winset.formats.ktab_case import case_files
from winset.formats.texts import read_text
from winset.lens import LENSES, lens

LONG = int(os.environ.get("WINSET_FUZZ", "0"))
SEED = Random().randrange(2**32) if LONG else 13
FEW, LIMIT = 6, 120  # mutations of a kind with all tests; CPU seconds after which one counts as hanging

DAILY = "date,strikes,losses\n" + "".join(
    f"2024-{3 + d // 28:02}-{1 + d % 28:02},{d % 7},{d % 5 * 0.5}\n" for d in range(140)
)
SCORES = "date,north\n2024-02-01,3\n2024-02-02,\n2024-02-04,5\n"
PARTIES = {"side_a": "Sarrow", "side_b": "Tavenna", "gwnoa": "", "gwnob": "", "country": "Sarrow"}


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """A TimeoutError after so much processor time."""

    def late(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} CPU seconds")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented case with two series: one of daily counts, one of machine-coded events."""
    base = tmp_path_factory.mktemp("whole")
    case = Path(shutil.copytree(HARBOUR, base / "harbour", ignore=shutil.ignore_patterns("texts")))
    had = dt.date(2024, 10, 1)
    import_events(make.put(base, DAILY, "strikes.csv"), case, had=had, id="strikes")
    rows = [{"date_start": f"2024-0{3 + k % 6}-1{k % 9}", **PARTIES} for k in range(12)]
    import_events(make.put(base, make.ucdp(*rows), "ged.csv"), case, had=had, id="war")
    return case


Trial = Callable[[Path, Path, Random], None]


def case_file(whole: Path, folder: Path, luck: Random) -> None:
    """One file of a case, or its series with a listing that fits it."""
    names = sorted(
        str(p.relative_to(whole)) for p in (*whole.glob("*.yaml"), *whole.glob("*.csv"), *whole.glob("series/*.csv"))
    )
    name = luck.choice(names)
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    data = mutated((whole / name).read_text(encoding="utf-8"), luck)
    (folder / name).write_bytes(data)
    if name.startswith("series/"):  # as made by hand: what is listed of the file fits it
        relist(folder / "series.yaml", whole / name, data)
    known = load(folder)
    compile(known, draws=4)
    if luck.random() < 0.25:
        lens(luck.choice(sorted(LENSES))).look(Study(known, known.as_of, draws=4, seed=1))


def relist(listing: Path, before: Path, data: bytes) -> None:
    text = listing.read_text(encoding="utf-8")
    text = text.replace(hashlib.sha256(before.read_bytes()).hexdigest(), hashlib.sha256(data).hexdigest())
    first = data.split(b"\n", 1)[0].decode("utf-8", errors="replace").split(",")
    old = before.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    columns = "".join(f"\n  - '{c}'" for c in first)
    listing.write_text(
        re.sub(r"\n  - " + r"\n  - ".join(old), lambda _: columns, text), encoding="utf-8", errors="replace"
    )


def patch(whole: Path, folder: Path, luck: Random) -> None:
    name = luck.choice(["readings.yaml", "levers.yaml"])
    path = make.put(folder, mutated((whole / name).read_text(encoding="utf-8"), luck), "patch.yaml")
    compile(combine(_base(whole), read_patches(path, whole)), draws=4)


@cache
def _base(whole: Path):
    return load(whole)


def events(whole: Path, folder: Path, luck: Random) -> None:
    """A file of one of the six formats, into a case."""
    day = {"event_date": "2024-05-16"}
    parties = {"actor1": "Sarrow", "actor2": "Tavenna"}
    texts = {
        "ucdp": make.ucdp(*({"date_start": f"2024-0{k}-11", **PARTIES} for k in range(3, 8))),
        "acled": make.acled(*({**day, **parties} for _ in range(4))),
        "gdelt": make.gdelt(*({1: "20240516", 5: "SAR", 7: "SAR", 15: "TAV", 17: "TAV", 59: "20240517"} for _ in range(4))),
        "polecat": make.polecat(*({"Event Date": "2024-05-16", "Actor Name": "Sarrow", "Recipient Name": "Tavenna"} for _ in range(3))),
        "icews": make.icews(*({"Event Date": "2024-05-16", "Source Name": "Sarrow", "Target Name": "Tavenna"} for _ in range(3))),
        "daily": DAILY,
        "gaps": SCORES,
    }  # fmt: skip
    kind = luck.choice(sorted(texts))
    path = make.put(folder, mutated(texts[kind], luck), "new.csv")
    case = Path(shutil.copytree(whole, folder / "case"))
    codes = (
        make.put(folder, mutated("SAR: sarrow\nTAV: tavenna\nDPR:\n", luck), "codes.yaml")
        if luck.random() < 0.2
        else None
    )
    given = read_codes(codes) if codes else {"SAR": "sarrow", "TAV": "tavenna"}
    import_events(path, case, codes=given, id="new")
    known = load(case)  # what was imported is no fault of the case
    if luck.random() < 0.5:
        lens("ledger").look(Study(known, known.as_of, draws=4, seed=1))


def annotations(whole: Path, folder: Path, luck: Random) -> None:
    text = json.dumps(write_annotations(_base(whole)), indent=1)
    path = make.put(folder, mutated(text, luck), "a.json")
    found = read_annotations(read_text(path), path.name)
    if luck.random() < 0.2:
        add_passages(Path(shutil.copytree(whole, folder / "case")), found)


def ktab(whole: Path, folder: Path, luck: Random) -> None:
    path = make.put(folder, mutated(luck.choice([SMALL, XML]), luck), "s.csv")
    made = folder / "case"
    made.mkdir()
    for name, text in case_files(read_ktab(path), path, dt.date(2024, 1, 1)).items():
        (made / name).write_text(text, encoding="utf-8")
    known = load(made)
    if luck.random() < 0.2:
        lens("influence").look(Study(known, known.as_of, draws=4, seed=1))


def domain(whole: Path, folder: Path, luck: Random) -> None:
    """Two profiles of GENIUS, or what is written of them in the two forms of JSON."""
    for k in (1, 2):
        make.put(folder, GENIUS, f"p{k}.xml")
    form = luck.choice(["genius", "geniusweb", "negolog"])
    if form != "genius":
        found = read_domain(folder)
        for path in folder.iterdir():
            path.unlink()
        for name, data in (write_geniusweb if form == "geniusweb" else write_negolog)(found).items():
            make.put(folder, json.dumps(data, indent=1), name)
    name = luck.choice(sorted(p.name for p in folder.iterdir()))
    make.put(folder, mutated((folder / name).read_text(encoding="utf-8"), luck), name)
    to_case(read_domain(folder))


KINDS: dict[Trial, int] = {case_file: 5000, patch: 1000, events: 2000, annotations: 800, ktab: 800, domain: 400}


def trials(trial: Trial, whole: Path, base: Path, seed: int, count: int) -> None:
    """Run them all; what fails is told with its number, by which it can be run alone."""
    failed = []
    for k in range(count):
        folder = base / str(k)
        folder.mkdir()
        try:
            with within(LIMIT):
                trial(whole, folder, Random(f"{trial.__name__}/{seed}/{k}"))
        except WinsetError as error:
            assert str(error)
            str(error).encode("utf-8")
        except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
            failed.append(f"{trial.__name__}/{seed}/{k}: {type(error).__name__}: {error}"[:400])
        shutil.rmtree(folder)
    assert not failed, f"{len(failed)} of {count}:\n" + "\n".join(failed[:20])


@pytest.mark.parametrize("trial", KINDS, ids=lambda t: t.__name__)
def test_a_few_mutations(trial: Trial, whole: Path, tmp_path: Path) -> None:
    trials(trial, whole, tmp_path, SEED, LONG or FEW)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize("trial", KINDS, ids=lambda t: t.__name__)
def test_ten_thousand_mutations(trial: Trial, part: int, whole: Path, tmp_path: Path) -> None:
    trials(trial, whole, tmp_path, 100 + part, KINDS[trial] // 10)
