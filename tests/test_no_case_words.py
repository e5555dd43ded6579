"""No word in winset/ belongs to one conflict: neither the ids nor the names of what is in our two cases."""

import re
from pathlib import Path

from tests.cases import NAMES, case

PACKAGE = Path(__file__).resolve().parents[1] / "winset"
EXAMPLES = {
    ("theory/divisible.py", "United States"),  # a published example of the theory, named as in its book
    ("__init__.py", "harbour"),  # the invented case that the front page of the library shows
}
OUTSIDE = {
    "countries.csv",
    "references.bib",
    "lines_of_ended_wars.csv",
    "singular_names.csv",
}  # all countries, titles of books, wars of the past, names of countries that end as a plural does


def words_of(name: str) -> set[str]:
    """The ids and names of the actors of a case, of its plans and persons, and the places in its title."""
    whole = case(name)
    found = {whole.id, *(a.id for a in whole.actors), *(p.id for p in whole.plans)}
    for actor in whole.actors:
        if actor.level in ("party", "person"):
            found |= set(re.split(r", | and |^the | of ", actor.name))
    return {
        w for w in found if len(w) > 3 and (w[0].isupper() or not w.islower() or "_" in w or "-" in w or len(w) > 4)
    }


def files() -> list[Path]:
    kinds = (".py", ".csv", ".yaml", ".html", ".md", ".bib")
    return [p for p in sorted(PACKAGE.rglob("*")) if p.suffix in kinds and p.name not in OUTSIDE]


def test_the_package_has_no_word_of_one_case():
    wanted = {w: re.compile(rf"(?<![\w-]){re.escape(w)}(?![\w-])", re.I) for n in NAMES for w in words_of(n)}
    assert {"Sarrow", "ukraine-2025", "us28"} & set(wanted) and len(wanted) > 40
    found = set()
    for path in files():
        text = path.read_text(encoding="utf-8")
        folded = text.casefold()  # most words are in no file, which is sooner seen without a form
        there = (w for w in wanted if w.casefold() in folded and wanted[w].search(text))
        found |= {(str(path.relative_to(PACKAGE)), w) for w in there}
    assert found <= EXAMPLES, found - EXAMPLES
