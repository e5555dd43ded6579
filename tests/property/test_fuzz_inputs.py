"""Every kind of input, damaged at random: it is read, or refused in words. No other error ever comes out, and none
hangs.

A few mutations of each kind run with all tests; `make slow` runs 10,000. See `tests.property.trials` for how many,
other seeds, and how one is run again alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.case.broken import HARBOUR
from tests.formats import event_files as make
from tests.formats.test_domains import GENIUS
from tests.formats.test_domains_boxes import BOXES, FAR, SIDES, box
from tests.formats.test_ktab import SMALL, XML
from tests.property import trials
from tests.property.mutate import mutated
from tests.property.trials import look, put_odd, studied
from winset.arrays import compile
from winset.backtest import chain, foretold, kept
from winset.case.later import later
from winset.case.load import load
from winset.case.passages import verify
from winset.case.patch import apply, combine, read_patches
from winset.case.unsaid import unsaid
from winset.formats import efg
from winset.formats.annotation import read_annotations, write_annotations
from winset.formats.annotation_import import add_passages
from winset.formats.domain import to_case
from winset.formats.event_import import import_events, read_codes
from winset.formats.folder import read_domain
from winset.formats.json_domains import write_geniusweb, write_negolog
from winset.formats.ktab import read_ktab
from winset.formats.ktab_case import case_files
from winset.formats.texts import parse_json, read_text
from winset.lens import LENSES, lens
from winset.lens.lacking import lacks
from winset.report import Report, to_json
from winset.report.decided import decided
from winset.report.pack.asked import read_run
from winset.report.pack.moved import headlines
from winset.result import Point
from winset.settle import settle

FEW = 5  # mutations of a kind with all tests

DAILY = "date,strikes,losses\n" + "".join(
    f"2024-{3 + d // 28:02}-{1 + d % 28:02},{d % 7},{d % 5 * 0.5}\n" for d in range(140)
)
SCORES = "date,north\n2024-02-01,3\n2024-02-02,\n2024-02-04,5\n"
PARTIES = {"side_a": "Sarrow", "side_b": "Tavenna", "gwnoa": "", "gwnob": "", "country": "Sarrow"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The invented case with two series: one of daily counts, one of machine-coded events. No trial may change it."""
    base = tmp_path_factory.mktemp("whole")
    case = Path(shutil.copytree(HARBOUR, base / "harbour"))
    had = dt.date(2024, 10, 1)
    import_events(make.put(base, DAILY, "strikes.csv"), case, had=had, id="strikes")
    rows = [{"date_start": f"2024-0{3 + k % 6}-1{k % 9}", **PARTIES} for k in range(12)]
    import_events(make.put(base, make.ucdp(*rows), "ged.csv"), case, had=had, id="war")
    before = _bytes(case)
    yield case
    assert _bytes(case) == before


def _bytes(folder: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def linked(whole: Path, folder: Path) -> Path:
    """A copy of the case in a folder. Its files are the same ones until they are replaced."""
    return Path(shutil.copytree(whole, folder, copy_function=os.link, dirs_exist_ok=True))


def put(path: Path, data: bytes) -> Path:
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    return path


Trial = Callable[[Path, Path, Random], str]


def case_file(whole: Path, folder: Path, luck: Random) -> str:
    """One or two files of a case, or its series with a listing that fits it."""
    names = sorted(
        str(p.relative_to(whole)) for p in (*whole.glob("*.yaml"), *whole.glob("*.csv"), *whole.glob("series/*.csv"))
    )
    linked(whole, folder)
    for name in luck.sample(names, luck.choice((1, 1, 1, 1, 2))):
        way, path = luck.random(), folder / name
        if way < 0.02:
            put_odd(path, luck)
        elif way < 0.04:
            put(path, (whole / luck.choice(names)).read_bytes())
        elif way < 0.05:
            own = path.name
            path.rename(path.with_name(luck.choice([own.upper(), own[:-1], f"{own}.yml", "levers.yml", "event.csv"])))
        else:
            put(path, mutated((whole / name).read_text(encoding="utf-8"), luck))
            if name.startswith("series/"):  # as made by hand: what is listed of the file fits it
                relist(folder / "series.yaml", whole / name, path.read_bytes())
    known = load(folder)
    compile(known, draws=4)
    assert later(known) is not None and unsaid(known) is not None and lacks(known) is not None
    if luck.random() > 0.4:
        return "read"
    look(studied(known), luck.choice(sorted(LENSES)))
    return "looked at"


def relist(listing: Path, before: Path, data: bytes) -> None:
    text = listing.read_text(encoding="utf-8", errors="replace")
    text = text.replace(hashlib.sha256(before.read_bytes()).hexdigest(), hashlib.sha256(data).hexdigest())
    first = data.split(b"\n", 1)[0].decode("utf-8", errors="replace").split(",")
    old = before.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    columns = "".join(f"\n  - '{c}'" for c in first)
    text = re.sub(r"\n  - " + r"\n  - ".join(old), lambda _: columns, text)
    put(listing, text.encode("utf-8", errors="replace"))


def given(folder: Path, text: str, name: str, luck: Random) -> Path:
    """A file that a user names: damaged, or now and then none."""
    path = make.put(folder, mutated(text, luck), name)
    if luck.random() < 0.02:
        put_odd(path, luck)
    return path


def patch(whole: Path, folder: Path, luck: Random) -> str:
    name = luck.choice(["readings.yaml", "levers.yaml"])
    path = given(folder, (whole / name).read_text(encoding="utf-8"), "patch.yaml", luck)
    patches = read_patches(path, whole)
    compile(combine(_base(whole), patches), draws=4)
    if luck.random() > 0.2:
        return "read"
    look(studied(apply(_base(whole), luck.choice(patches))), luck.choice(sorted(LENSES)))
    return "looked at"


@cache
def _base(whole: Path):
    return load(whole)


def events(whole: Path, folder: Path, luck: Random) -> str:
    """A file of one of the six formats, into a case."""
    day = {"event_date": "2024-05-16"}
    parties = {"actor1": "Sarrow", "actor2": "Tavenna"}
    texts = {
        "ucdp": make.ucdp(*({"date_start": f"2024-0{k}-11", **PARTIES} for k in range(3, 8))),
        "acled": make.acled(*({**day, **parties} for _ in range(4))),
        "gdelt": make.gdelt(
            *({1: "20240516", 5: "SAR", 7: "SAR", 15: "TAV", 17: "TAV", 59: "20240517"} for _ in range(4))
        ),
        "polecat": make.polecat(
            *({"Event Date": "2024-05-16", "Actor Name": "Sarrow", "Recipient Name": "Tavenna"} for _ in range(3))
        ),
        "icews": make.icews(
            *({"Event Date": "2024-05-16", "Source Name": "Sarrow", "Target Name": "Tavenna"} for _ in range(3))
        ),
        "daily": DAILY,
        "gaps": SCORES,
    }
    kind = luck.choice(sorted(texts))
    path = given(folder, texts[kind], "new.csv", luck)
    case = linked(whole, folder / "case")
    codes = {"SAR": "sarrow", "TAV": "tavenna"}
    if luck.random() < 0.2:
        codes = read_codes(given(folder, "SAR: sarrow\nTAV: tavenna\nDPR:\n", "codes.yaml", luck))
    import_events(path, case, codes=codes, id="new")
    known = load(case)  # what was imported is no fault of the case
    if luck.random() > 0.5:
        return "read"
    look(studied(known), luck.choice(["ledger", "ledger", "escalation", "futures", "endurance"]))
    return "looked at"


def annotations(whole: Path, folder: Path, luck: Random) -> str:
    text = json.dumps(write_annotations(_base(whole)), indent=1)
    path = given(folder, text, "a.json", luck)
    found = read_annotations(read_text(path), path.name)
    if luck.random() > 0.3:
        return "read"
    add_passages(linked(whole, folder / "case"), found)
    return "added"


def ktab(whole: Path, folder: Path, luck: Random) -> str:
    path = given(folder, luck.choice([SMALL, XML]), "s.csv", luck)
    made = folder / "case"
    made.mkdir()
    for name, text in case_files(read_ktab(path), path, dt.date(2024, 1, 1)).items():
        (made / name).write_text(text, encoding="utf-8")
    known = load(made)
    if luck.random() > 0.3:
        return "read"
    look(studied(known), "influence")
    return "looked at"


def domain(whole: Path, folder: Path, luck: Random) -> str:
    """Two profiles of GENIUS, with or without clauses that interact, or the two forms of JSON."""
    form = luck.choice(["genius", "boxes", "geniusweb", "negolog"])
    sides = SIDES.format(u=5, more=' weight="2"', sides=FAR)
    for k in (1, 2):
        boxes = box(6, 0, k, 5, 6) + box(4, 1, 2, 6, 7) + sides
        make.put(folder, BOXES.format(boxes=boxes, reserve=0.1) if form == "boxes" else GENIUS, f"p{k}.xml")
    if form in ("geniusweb", "negolog"):
        found = read_domain(folder)
        for path in folder.iterdir():
            path.unlink()
        for name, data in (write_geniusweb if form == "geniusweb" else write_negolog)(found).items():
            make.put(folder, json.dumps(data, indent=1), name)
    name = luck.choice(sorted(p.name for p in folder.iterdir()))
    given(folder, (folder / name).read_text(encoding="utf-8"), name, luck)
    if form != "boxes":
        to_case(read_domain(folder))
    if luck.random() > 0.5:
        return "read"
    json.dumps(settle(folder), allow_nan=False)
    return "solved"


def sources(whole: Path, folder: Path, luck: Random) -> str:
    """The source texts beside the case that cites them."""
    texts = Path(shutil.copytree(whole / "texts", folder / "texts"))
    name = luck.choice(sorted(p.name for p in texts.iterdir()))
    given(texts, (texts / name).read_text(encoding="utf-8"), name, luck)
    assert sum(verify(_base(whole), texts).counts.values()) == len(_base(whole).passages)
    return "read"


def game(whole: Path, folder: Path, luck: Random) -> str:
    """An extensive game; what is read is written again and is the same."""
    move = efg.Move(2, 1, "b", (("x", efg.End((0.5, 0.25), "one")), ("y", efg.End((0.0, 1.0), "two"))))
    chance = efg.Chance((("h", efg.fractions([1, 2])[0], move), ("l", efg.fractions([1, 2])[1], move)))
    text = efg.write("a game", ("A", "B"), efg.Move(1, 1, "a", (("ask", chance), ("wait", efg.End((0.1, 0.9))))))
    title, players, root = efg.read(mutated(text, luck).decode("utf-8", errors="replace"))
    assert efg.read(efg.write(title, players, root))[1] == players
    return "read"


def record(whole: Path, folder: Path, luck: Random) -> str:
    """The public record of forecasts: a line damaged, or changed and sealed again; resolutions; forecasts of others."""
    text = "".join((HARBOUR.parent / "ended-wars.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[:6])
    way = luck.choice(["damaged", "sealed", "resolved", "foretold"])
    if way == "damaged":
        chain.read(given(folder, text, "record.jsonl", luck))
        return "read"
    if way == "foretold":
        given(folder, FORETOLD, "forecasts.csv", luck)
        foretold.read(folder, _base(whole))
        return "read"
    said = [json.loads(line) for line in text.splitlines()]
    if way == "sealed":
        try:
            said[luck.randrange(len(said))] = dict(parse_json(mutated(json.dumps(luck.choice(said)), luck).decode()))
        except (ValueError, TypeError):
            return "no line"
    lines: list[chain.Line] = []
    for row in said:
        own = {k: v for k, v in row.items() if k not in ("before", "digest")}
        lines.append(chain.sealed(own, lines[-1].digest if lines else chain.START))
    found = chain.read(make.put(folder, "".join(f"{line.text}\n" for line in lines), "record.jsonl"))
    if way == "resolved":
        rows = "".join(f"{line.said['id']},yes,2024-02-01,report: A 2024-02-01\n" for line in found[:3])
        more = given(folder, "id,state,date,basis\n" + rows, "more.csv", luck)
        chain.append(folder / "record.jsonl", chain.resolutions(read_text(more), more.name, found))
        found = chain.read(folder / "record.jsonl")
    assert kept.sentences(found) and kept.told(found)
    return "scored"


FORETOLD = """id,who,date,title,rule,by,chance,words,cluster,basis
f1,000,2024-08-08,A call,"happens(call, any, any, 2024-11-06)",2024-11-06,0.4,,calls,report: A B 2024-08
f2,sarrow-ledger,2024-08-08,A deal,"happens(settlement, any, any, 2024-11-06)",2024-11-06,,unlikely,end,passages: s05
"""


def earlier(whole: Path, folder: Path, luck: Random) -> str:
    """The result.json of an earlier run, given to a pack or a report."""
    path = given(folder, _result(whole), "result.json", luck)
    found = read_run(path, "harbour")
    assert headlines(found.results, found.results, (found.draws, 1)) is not None
    decided(path, _base(whole))
    return "read"


@cache
def _result(whole: Path) -> str:
    """A result with only a few findings, so that what is damaged is often something that is read."""
    case = _base(whole)
    result = lens("settlement").look(studied(case))
    offer = replace(result.offer, points=(Point("decides", "The odds that the line is real decide."),))
    few = replace(result, lens="robust", findings=result.findings[:3], tables=(), charts=(), sections=(), offer=offer)
    return to_json(Report(case, (few,), {"draws": 4}))


KINDS: dict[Trial, int] = {
    case_file: 4500, patch: 800, events: 1800, annotations: 700, ktab: 700, domain: 600, earlier: 200, sources: 150,
    game: 250, record: 300,
}  # fmt: skip
assert sum(KINDS.values()) == 10_000
by_kind = pytest.mark.parametrize("trial", KINDS, ids=lambda t: t.__name__)


def one(trial: Trial, whole: Path, base: Path) -> Callable[[Random], str]:
    """A trial in an empty folder of its own, which goes when it is over."""
    folder = base / "trial"

    def tried(luck: Random) -> str:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return trial(whole, folder, luck)

    return tried


@pytest.fixture(scope="module")
def warm(whole: Path) -> None:
    """Every kernel is compiled, so that no trial spends its time on that."""
    for name in LENSES:
        look(studied(_base(whole)), name)


@by_kind
def test_a_few_mutations(trial: Trial, whole: Path, tmp_path: Path) -> None:
    seed = trials.FRESH if trials.LONG else 13
    trials.run(trial.__name__, seed, range(trials.LONG or FEW), one(trial, whole, tmp_path), seconds=120)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@by_kind
def test_ten_thousand_mutations(trial: Trial, part: int, whole: Path, warm: None, tmp_path: Path) -> None:
    trials.run(trial.__name__, trials.FIRST + part, range(KINDS[trial] // 10), one(trial, whole, tmp_path))


if trials.ONE:

    @by_kind
    def test_alone(trial: Trial, whole: Path, tmp_path: Path) -> None:
        """The trial that is named."""
        if trials.ONE.startswith(f"{trial.__name__}/"):
            print(trials.alone(trial.__name__, one(trial, whole, tmp_path)))
