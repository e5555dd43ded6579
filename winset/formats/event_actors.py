"""Who is meant: actor names and codes of the outside datasets as actor ids of a case.

A case names its actors in words; the datasets use ISO 3166 codes (FRA), Gleditsch-Ward numbers (gw:220) and names such
as "Government of Cambodia (Kampuchea)" or "Military Forces of Mali (2021-)". `countries.csv` joins the three. Two
letter codes are left out on purpose: AU is Austria in FIPS and Australia in ISO.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from winset.case.model import Actor
from winset.errors import SettingError

NEXT = "\x1f"  # between the descriptions of one actor, the most particular first
_FORCES = re.compile(
    r"(?:government|(?:military|police|naval|air|security|border|intelligence) forces"
    r"|military|police|army|navy|air force) of (?:the )?(.+)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"(?:civilians|protesters|rioters|citizen|government) \(([^()]+)\)$", re.IGNORECASE)
_GLOSS = re.compile(r"\s*\(.*$")
_AND = re.compile(r",| and ")


@cache
def _countries() -> dict[str, frozenset[str]]:
    """Lower-case name, ISO code or `gw:` number -> all of them for that country."""
    text = files("winset").joinpath("formats/countries.csv").read_text(encoding="utf-8")
    known: dict[str, frozenset[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        names = [row["iso3"], f"gw:{row['gw']}", row["name"], *filter(None, row["also"].split("|"))]
        alike = frozenset(n.casefold() for n in names)
        known.update(dict.fromkeys(alike, alike))
    return known


def default_codes(actors: Iterable[Actor]) -> dict[str, str]:
    """Lower-case code or name -> actor id, for parties and institutions.

    An actor made of several countries ("Norway, Sweden and Denmark") takes the codes of each. A country that two actors
    name belongs to the one that is that country alone.
    """
    known, single, several = _countries(), {}, {}
    for actor in actors:
        if actor.level not in ("party", "institution"):
            continue
        for name in (actor.id, actor.name):
            single[name.casefold()] = actor.id
            whole = known.get(name.replace("_", " ").casefold())
            if whole:
                single.update(dict.fromkeys(whole, actor.id))
        for part in _AND.split(actor.name):
            several.update(dict.fromkeys(known.get(part.strip().removeprefix("the ").casefold(), ()), actor.id))
    return {**several, **single}


class Resolver:
    """Descriptions of actors -> actor ids, each different description looked up once.

    codes: given by the user, before the defaults; a name or code mapped to "" belongs to no actor.
    `used` gathers what was found, `unknown` what was not (description -> rows, counted by the caller).
    """

    def __init__(self, actors: Iterable[Actor], codes: Mapping[str, str] | None = None):
        actors = tuple(actors)
        ids = {a.id for a in actors}
        given = {str(k).strip().casefold(): v or "" for k, v in (codes or {}).items()}
        if wrong := sorted({v for v in given.values() if v and v not in ids}):
            raise SettingError(f"codes: no actor {', '.join(wrong)} in the case; it has {', '.join(sorted(ids))}")
        self.codes = {**default_codes(actors), **given}
        self.used: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def __call__(self, described: str) -> str:
        """The ids, joined by a space, of the first description that any actor of the case fits; "" if none does."""
        if described not in self._seen:
            self._seen[described] = next(filter(None, map(self._ids, described.split(NEXT))), "")
        return self._seen[described]

    def _ids(self, description: str) -> str:
        found = set()
        for part in description.split(";"):
            for name in self._spellings(part.strip()):
                if (actor := self.codes.get(name.casefold())) is not None:
                    if actor:
                        found.add(actor)
                        self.used[name] = actor
                    break
        return " ".join(sorted(found))

    @staticmethod
    def _spellings(name: str) -> Iterable[str]:
        if not name:
            return
        yield name
        if name.startswith("gw:"):
            yield name[3:]
        if match := _PEOPLE.match(name):
            yield match[1]
        if match := _FORCES.match(name):
            yield match[1]
            yield _GLOSS.sub("", match[1])
