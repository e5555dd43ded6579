"""From a case to the files of its pack: which lenses are asked, of which dates, and what is compared with what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winset import run as engine
from winset.case import model as m
from winset.case.patch import date_of
from winset.errors import SettingError
from winset.formats.texts import read_json
from winset.report import report_of, to_html, to_json
from winset.report.pack import made
from winset.report.pack.change import Changes, change
from winset.report.pack.moved import FEW, attributed, between, headlines, study_without
from winset.report.pack.told import Told
from winset.result import Finding, Result
from winset.run import Inquiry, Progress, Work


@dataclass(frozen=True)
class Asked:
    """What a pack is to be made of: a case, the papers by name, and the settings of the run."""

    case: m.Case
    names: tuple[str, ...]
    lenses: tuple[str, ...] = ()
    as_of: dt.date | None = None
    draws: int = 4096  # no answer: the same as of every command that asks lenses
    seed: int = 1
    patches: tuple[m.Patch, ...] = ()
    since: dt.date | None = None
    against: Path | None = None
    work: Work | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """The lenses to ask: those given, else those that the papers read."""
        return self.lenses or made.lenses_of(self.names)

    def study(self, as_of: dt.date | None, progress: Progress | None = None) -> Inquiry:
        return engine.study(
            self.case, as_of=as_of, draws=self.draws, seed=self.seed, patches=self.patches, progress=progress,
            work=self.work
        )  # fmt: skip


@dataclass(frozen=True)
class Earlier:
    """An earlier run: the date it is of, its results, its draws, and its settings."""

    as_of: dt.date
    results: tuple[Result, ...]
    draws: int
    settings: dict[str, Any]
    digest: str


def ask(asked: Asked, progress: Progress | None = None) -> dict[str, bytes]:
    """The files of the pack, with report.html and result.json of the same run."""
    if asked.since is not None and asked.against is not None:
        raise SettingError("give --since DATE or --against RUN, not both")
    until = date_of(asked.case, asked.as_of)
    if asked.since is not None and date_of(asked.case, asked.since) >= until:
        raise SettingError(f"--since {asked.since} is not before {until}, the date that the papers are of")
    earlier = read_run(asked.against, asked.case.id) if asked.against is not None else None  # before the work
    study = asked.study(until, progress)
    wanted = asked.wanted
    results = engine.look(study, wanted) if wanted else ()
    report = report_of(study, results)
    papers = made.papers(report, asked.names)
    if made.CHANGE in asked.names:
        held = earlier or _since(asked, wanted, progress)
        papers.append(change(Told(report), _changes(asked, study, results, held)))
    files = made.files_of(report, papers)
    text = to_json(report)
    return {**files, "result.json": text.encode(), "report.html": to_html(report, text).encode()}


def _since(asked: Asked, wanted: Sequence[str], progress: Progress | None) -> Earlier:
    """The same case as it was known on the earlier date, with the same seed."""
    assert asked.since is not None
    study = asked.study(asked.since, progress)
    results = engine.look(study, wanted)
    return Earlier(asked.since, results, study.kept, engine.settings(study, results), study.case.digest)


def _changes(asked: Asked, study: Inquiry, results: Sequence[Result], earlier: Earlier) -> Changes:
    found = headlines(earlier.results, results, (earlier.draws, study.kept))
    facts = between(asked.case, earlier.as_of, study.as_of)
    held = attributed(
        found,
        facts,
        study_without(study, asked.case, asked.patches),
        lambda tried: study.track(tried, "facts left out"),
        min(FEW, study.draws),
    )
    old = {(r.lens, f.key) for r in earlier.results for f in r.findings}
    shown = [
        f.sentence.split(" passes in")[0]
        for r in results
        for f in r.findings
        if f.key.startswith("passes.") and (r.lens, f.key) not in old and old
    ]
    return Changes(
        since=earlier.as_of,
        against="an earlier run" if asked.against is not None else "",
        differs=_differs(earlier, engine.settings(study, results), study.case.digest) if asked.against else (),
        tried=held,
        facts=tuple(facts),
        new=tuple(shown),
    )


def _differs(earlier: Earlier, now: dict[str, Any], digest: str) -> tuple[str, ...]:
    """What else than the date differs between two runs: the case, seed, draws, patches, versions, numbers of the
    model.
    """
    said = []
    if earlier.digest != digest:
        said.append("the files of the case were changed, which no date shows")
    for name in ("seed", "draws", "patches"):
        if earlier.settings.get(name) != now.get(name):
            said.append(f"{name} {earlier.settings.get(name)} then, {now.get(name)} now")
    versions = [(held.get("versions") or {}).get("winset") for held in (earlier.settings, now)]
    if versions[0] != versions[1]:
        said.append(f"winset {versions[0]} then, {versions[1]} now")
    old, new = ({k: v.get("value") for k, v in (held.get("model") or {}).items()} for held in (earlier.settings, now))
    moved = sorted(k for k in set(old) & set(new) if _plain(old[k]) != _plain(new[k]))
    return (*said, *([f"numbers of the model: {', '.join(moved)}"] if moved else []))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def read_run(path: Path, case: str) -> Earlier:
    """An earlier run from its result.json, or from the folder that has one.

    Raises SettingError where it is no result of this case.
    """
    file = path / "result.json" if path.is_dir() else path
    try:
        held = read_json(file)
    except SettingError as error:
        raise SettingError(f"cannot read {file}: {error}; give the result.json of a run") from None
    if not isinstance(held, dict) or not str(held.get("schema", "")).startswith("winset-report/"):
        raise SettingError(f"{file} is no result of winset; give the result.json of a run")
    try:
        if held["case"]["id"] != case:
            raise SettingError(f"{file} is of the case {held['case']['id']}, not of {case}")
        results = tuple(
            Result(
                lens=r["lens"],
                question=r["question"],
                answer=tuple(r["answer"]),
                findings=tuple(map(_finding, r["findings"])),
            )
            for r in held["results"]
        )
        date = dt.date.fromisoformat(held["case"]["as_of"])
        return Earlier(date, results, int(held["settings"]["draws"]), held["settings"], held["case"]["digest"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"{file} is not a whole result of winset ({type(error).__name__}: {error}); run the case again"
        ) from None


def _finding(held: dict[str, Any]) -> Finding:
    numbers: dict[str, Any] = {k: held.get(k) for k in ("value", "low", "high", "error")}
    if any(isinstance(v, bool) or not isinstance(v, float | int | str | None) for v in numbers.values()):
        raise TypeError("a value that is neither number nor text")
    if any(isinstance(numbers[k], str) for k in ("low", "high", "error")):
        raise TypeError("a range that is no number")
    return Finding(key=held["key"], sentence=held["sentence"], unit=held.get("unit", ""), **numbers)
