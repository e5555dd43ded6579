"""How values, dates, Figures and ids are put into words, the same in every form of the report."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from winset.case.model import Case, Figure
from winset.result import headed
from winset.terminal import clean as clean
from winset.units import quantities

NOTHING = "–"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ISO = re.compile(r"(?<![\w@./:-])\d{4}-\d\d-\d\d(?![\w/-])")
BASIS_WORDS = {
    "passages": "passage",
    "report": "report",
    "unknown": "publisher unknown",
    "dataset": "data set",
    "judgement": "judgement",
}


def is_share(unit: str) -> bool:
    """Whether numbers of this unit are printed in percent: `share`, `probability`, `share of draws`."""
    return unit.split(" ")[0] in ("share", "probability")


def from_tex(text: str) -> str:
    """Words of a bibliography without their TeX.

    >>> from_tex("Ferland, Ren{\\\\'e}, {TIES} 1945--2005")
    'Ferland, René, TIES 1945–2005'
    """
    accents = {"'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303", "c": "\u0327", "v": "\u030c"}
    text = re.sub(r"\\(['`\"^~])\s*\{?(\w)\}?", lambda m: m[2] + accents[m[1]], text)
    text = re.sub(r"\\([cv])\{(\w)\}", lambda m: m[2] + accents[m[1]], text)
    plain = re.sub(r"[{}]", "", text).replace("---", "–").replace("--", "–").replace("\\&", "&")
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def number(value: float, places: int | None = None) -> str:
    """Two significant digits, whole above ten, no exponent; or as many decimal places as asked for.

    >>> number(1234.5), number(0.04567), number(-2), number(0.0), number(0.5, 3)
    ('1,234', '0.046', '−2', '0', '0.500')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{value:,.{decimals([value]) if places is None else places}f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if float(text.replace(",", "")) else text.replace("-", "")


def decimals(values: Iterable[float]) -> int:
    """Decimal places that give the largest of some numbers two significant digits; none where all are whole.

    >>> decimals([0.0289, -0.404]), decimals([3.0, 12.0]), decimals([250.5, 3.1])
    (2, 0, 0)
    """
    found = [abs(v) for v in values if math.isfinite(v)]
    if not found or all(v == int(v) for v in found):
        return 0
    return min(9, max(0, 1 - math.floor(math.log10(max(found)))))


def given(value: float, unit: str = "") -> str:
    """A number as the case states it: no digit of it is rounded away.

    >>> given(62.5), given(1234567.0), given(0.125, "share"), given(-0.0375)
    ('62.5', '1,234,567', '12.5%', '−0.0375')
    """
    scaled = 100 * value if is_share(unit) else value
    text = f"{round(scaled, 9):,.9f}".rstrip("0").rstrip(".").replace("-", "−")
    return text + "%" * is_share(unit)


def percent(value: float) -> str:
    """A share in whole percent; what is not quite nothing or not quite all says so.

    >>> percent(0.423), percent(0.001), percent(0.9999), percent(0), percent(1)
    ('42%', '<1%', '>99%', '0%', '100%')
    """
    if not math.isfinite(value):
        return NOTHING
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 < value < 1:
        return ">99%"
    return f"{100 * value:.0f}%".replace("-", "−").replace("−0%", "0%")


def day(date: dt.date | str | None, precision: str = "day") -> str:
    """A date as people write it.

    >>> day(dt.date(2025, 11, 3)), day("2025-11-03"), day(dt.date(2025, 11, 1), "month")
    ('3 Nov 2025', '3 Nov 2025', 'Nov 2025')
    """
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            return clean(str(date)) or NOTHING
    if date is None:
        return NOTHING
    month = f"{MONTHS[date.month - 1][:3]} {date.year}"
    return {"month": month, "week": f"week of {date.day} {month}"}.get(precision, f"{date.day} {month}")


def dated(text: str) -> str:
    """Text with its dates as people write them; the dates of ids stay.

    >>> dated("without the contact of 2025-02-12 (north.ideal@2025-02-12)")
    'without the contact of 12 Feb 2025 (north.ideal@2025-02-12)'
    """
    return ISO.sub(lambda m: day(m[0]), text)


def value(value: Any, kind: str = "text", unit: str = "") -> str:
    """A value of a cell or a Finding in words."""
    value = value.item() if hasattr(value, "item") else value  # numpy scalars
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date) or kind == "date":
        return day(value)
    if isinstance(value, str):
        return dated(clean(value))
    if isinstance(value, list | tuple):
        return ", ".join(clean(str(v)) for v in value)
    return percent(float(value)) if kind == "share" or is_share(unit) else number(float(value))


def cells(column: Sequence[Any], kind: str = "text", unit: str = "") -> list[str]:
    """The values of a column in words, nothing for an empty cell: numbers with the same decimal places, or each with
    its own where that would round small ones away.

    >>> cells([2518.0, 9.5], "number"), cells([250.5, 31.2], "number")
    (['2,518', '9.5'], ['250', '31'])
    """
    numbers = [v for v in column if isinstance(v, int | float) and not isinstance(v, bool)]
    places = decimals(numbers) if kind == "number" and not is_share(unit) else None
    if places == 0 and any(0 < abs(v) < 10 and v != int(v) for v in numbers if math.isfinite(v)):
        places = None

    def word(cell: Any) -> str:
        if cell is None or cell == "":
            return ""
        if places is not None and isinstance(cell, int | float) and not isinstance(cell, bool):
            return number(cell, places)
        return value(cell, kind, unit)

    return [word(cell) for cell in column]


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """`31% to 55%`, or nothing where there is no range."""
    if low is None or high is None:
        return ""
    return f"{value(low, unit=unit)} to {value(high, unit=unit)}"


def unit_words(unit: str) -> str:
    """The unit to print beside a number; none for shares, which are printed in percent."""
    said = {"place": "of 100", "attention": "of 100", "value": "of 100", "utility": "from defeat (0) to victory (1)"}
    if is_share(unit):
        return ""
    plain = unit.replace("usd_bn", "USD bn").replace("km2", "km²").replace("_per_", " a ").replace("_", " ")
    return said.get(unit, plain)


def figure_value(case: Case, figure: Figure) -> str:
    """The numbers of a Figure: `62 (50 to 75) of 100`, `at: a joint board`, `lognormal(3,0.4) months`."""
    unit = quantities()[figure.quantity].unit if figure.quantity in quantities() else ""
    if figure.at:
        return f"at “{name(case, *figure.subject[1:2], figure.at).split(' · ', 1)[-1]}”"
    if figure.distribution:
        return f"{clean(figure.distribution)} {unit_words(unit)}".strip()
    if figure.mode is None:
        return "stated, without a number"
    text = given(figure.mode, unit)
    if figure.low is not None and figure.high is not None and figure.low < figure.high:
        text += f" ({given(figure.low, unit)} to {given(figure.high, unit)})"
    return f"{text} {unit_words(unit)}".strip()


def figure_name(case: Case, figure: Figure) -> str:
    """What a Figure is about, in the names of the case."""
    return f"{name(case, *figure.subject)}: {figure.quantity.replace('_', ' ')}"


def name(case: Case, *ids: str) -> str:
    """The display names of ids read in order, joined by a dot; an option is looked up in the issue before it.

    A heading, so that a name with an article begins with a capital.
    """
    return headed(_name(case, *ids))


def _name(case: Case, *ids: str) -> str:
    words, issue = [], None
    for part in ids:
        if part in case.actor:
            words.append(case.actor[part].name)
        elif issue and part in issue.option_ids:
            words.append(issue.option(part).label)
        elif part in case.issue:
            issue = case.issue[part]
            words.append(issue.name)
        elif part.removeprefix("plan:") in case.plan:
            words.append(case.plan[part.removeprefix("plan:")].name)
        else:
            words.append(part.removeprefix("x:").replace("-", " ").replace("_", " ") if part.startswith("x:") else part)
    return clean(" · ".join(words))


def names(case: Case, ids: tuple[str, ...]) -> str:
    """Several actors as a list in words."""
    return headed(", ".join(_name(case, i) for i in ids))


def byline(author: str, publisher: str) -> str:
    """Who wrote and who published a text; what its coder could not find is said once.

    >>> byline("not stated in the text", "not stated in the text"), byline("A. Writer", "not stated in the text")
    ('author and publisher not stated in the text', 'A. Writer, publisher not stated in the text')
    """
    unknown = "not stated in the text"
    if author == publisher == unknown:
        return f"author and publisher {unknown}"
    pairs = (("author", author), ("publisher", publisher))
    return ", ".join(f"{role} {unknown}" if name == unknown else name for role, name in pairs)


def basis_kind(figure: Figure) -> str:
    """passages, report, unknown (a report whose publisher is not known), dataset or judgement: the leading part."""
    kind, text = figure.basis.parts[0] if figure.basis.parts else ("judgement", "")
    return "unknown" if kind == "report" and text.lower().startswith("publisher unknown") else kind
