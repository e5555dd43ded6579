"""Numbers as one says them: shares as percents and as frequencies, ranges, lists of names, long names cut at a word."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

WORDS = "no one two three four five six seven eight nine ten".split()
# what stands before a name that is the subject of the next word: the start of a clause
OPENS = (
    r"(^|[.:;,(“] ?|(?:[,;] "
    r"and|that|if|what|which|whom|whether|when|where|while|as|than|how|because|since|before|after|until|but) )"
)
NO_VERB = "always perhaps less as this its towards across plus versus minus unless besides sometimes afterwards".split()
ROUND = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000)  # no answer


def percent(share: float) -> str:
    """A share as one says it; what is not quite none or all says so.

    >>> percent(0.0), percent(0.002), percent(0.264), percent(0.998), percent(1.0)
    ('0%', 'under 1%', '26%', 'over 99%', '100%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{share:.0%}"


def one_in(share: float, what: str = "") -> str:
    """A share as a frequency, of something or on its own.

    >>> one_in(0.0), one_in(0.02), one_in(0.26), one_in(0.67), one_in(0.998)
    ('in none', 'in about 1 of 50', 'in about 1 of 4', 'in about 7 of 10', 'in nearly all')
    >>> one_in(0.0, "cases"), one_in(0.5, "cases"), one_in(0.26, "cases"), one_in(1, "cases")
    ('in no cases', 'in about half of cases', 'in about 1 of 4 cases', 'in all cases')
    """
    after = f" {what}" if what else ""
    if share <= 0:
        return f"in no{after}" if what else "in none"
    if share >= 0.95:
        return f"in {'nearly ' if share < 1 else ''}all{after}"
    if 0.45 < share < 0.55:
        return f"in about half{f' of{after}' if what else ''}"
    if share > 0.35:
        return f"in about {round(10 * share)} of 10{after}"
    if share < 1 / ROUND[-1]:
        return f"in fewer than 1 of {ROUND[-1]:,}{after}"
    return f"in about 1 of {min(ROUND, key=lambda n: abs(share - 1 / n)):,}{after}"


def between(low: float, high: float) -> str:
    """A range of shares.

    >>> between(0.02, 0.31), between(0.0, 0.0), between(0.0, 0.003)
    ('2 to 31%', '0%', '0 to under 1%')
    """
    first, last = percent(low), percent(high)
    if first == last:
        return last
    return f"{first.removesuffix('%') if first[0].isdigit() else first} to {last}"


def count(number: int, what: str = "", many: str = "") -> str:
    """A count in words up to ten, with what is counted.

    >>> count(1, "plan"), count(3, "clause"), count(12), count(2, "side's line", "lines of both sides")
    ('one plan', 'three clauses', '12', 'two lines of both sides')
    """
    told = WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"
    return f"{told} {what if number == 1 else many or f'{what}s'}" if what else told


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as in a sentence.

    >>> listed([]), listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"], "or")
    ('', 'A', 'A and B', 'A, B or C')
    """
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def short(text: str, letters: int = 48) -> str:
    """A name cut at a word where it is long.

    >>> short("A name"), short("The districts of three regions that stay under the control of one side", 40)
    ('A name', 'The districts of three regions that …')
    """
    return text if len(text) <= letters else textwrap.shorten(text, letters, placeholder=" …")


def capital(text: str) -> str:
    """The text with a capital first letter; the others as they are."""
    return text[:1].upper() + text[1:]


@cache
def _singular() -> frozenset[str]:
    """Names that look like several and are one, as English has it."""
    return frozenset(files("winset").joinpath("singular_names.csv").read_text(encoding="utf-8").splitlines()[1:])


def plural(name: str) -> bool:
    """Whether a name takes a verb in the plural: several peoples, powers or persons in one.

    >>> [plural(n) for n in ("the Bosnian Serbs", "the mediating powers", "Norway and Denmark")]
    [True, True, True]
    >>> [plural(n) for n in ("the Netherlands", "the Group of Eight", "Cyprus", "the House of Commons", "the press")]
    [False, False, False, False, False]
    """
    bare = name.removeprefix("the ").removeprefix("The ")
    head = re.split(r" (?:of|for|in|on) ", bare)[0]
    if {bare, head} & _singular():
        return False
    return " and " in head or (bare != name and re.search(r"[^siu]s$", head) is not None)


def agreeing(text: str, names: Iterable[str]) -> str:
    """Text in which the verb after a name in the plural is one in the plural, where the name is its subject.

    >>> said = "The Serbs is first; the wish of the Serbs is kept; the Serbs reaches it if the Serbs never denies it."
    >>> agreeing(said, ["the Serbs"])
    'The Serbs are first; the wish of the Serbs is kept; the Serbs reach it if the Serbs never deny it.'
    """
    for name in names:
        if name[1:] not in text:
            continue
        own = f"[{name[0].upper()}{name[0].lower()}]{re.escape(name[1:])}"
        text = re.sub(rf"{OPENS}({own})((?: (?:also|then|still|never|once))*) ([a-z]+s)\b", _several, text)
    return text


def _several(found: re.Match[str]) -> str:
    before, name, between, verb = found.groups()
    if verb in NO_VERB:
        return found[0]
    irregular = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go"}
    if verb.endswith("ies") and len(verb) > 4:
        said = f"{verb[:-3]}y"
    else:
        said = verb[: -2 if re.search(r"(?:ch|sh|ss|x|zz)es$", verb) else -1]
    return f"{before}{name}{between} {irregular.get(verb, said)}"
