"""Text files damaged at random, from a seed: what a slip of the hand, a bad export or an attack makes of an input."""

from __future__ import annotations

import re
from random import Random

ODD = (
    "", " ", "0", "1", "-1", "1e12", "1e308", "-1e308", "1e400", "nan", "inf", "0.7_5", "1_000", "٣", "3٣", "0x10", "1,5", "99999999999999999999",
    "true", "low: true", "null", "~", "any", "case", "all", "silent", "deferred", "none", "x" * 5000, "a/b/c", "../x", "*a", "&a", "!!int", "{{7*7}}",
    "<b>", '"', "'", "[", "]", "{", "}", ",", ":", "|", " | ", "#", "\t", "\r", "\x00", "\x1b[2J", "\u202e", "\ufeff", "\ud800", "é", "0000-00-00",
    "1799-12-31", "2024-02-30", "2200-12-31", "2024-01-01", "20240101", "passages: s01", "passages: ", "judgement: x", "report: ", "beta(2,2)",
    "uniform(0,1)", "uniform(1e308,-1e308)", "normal(0,1e300)", "sarrow", "tavenna", "merrin", "harbour", "fleet", "lease", "public", "kind", "date",
)  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9_.+-]+")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])")


def mutated(text: str, luck: Random) -> bytes:
    """The text with one to four changes, as bytes: mostly still text, now and then not."""
    for _ in range(luck.choice((1, 1, 1, 2, 3, 4))):
        text = luck.choice(_WAYS)(text, luck)
    data = text.encode("utf-8", errors="surrogatepass")
    if luck.random() < 0.05:
        at = luck.randrange(len(data) + 1)
        data = data[:at] + bytes(luck.randrange(256) for _ in range(luck.randrange(1, 5))) + data[at:]
    return data


def _token(text: str, luck: Random) -> str:
    """One word or number becomes another of the text, or an odd one."""
    found = list(_TOKEN.finditer(text))
    if not found:
        return text + luck.choice(ODD)
    old = luck.choice(found)
    new = luck.choice(ODD) if luck.random() < 0.6 else luck.choice(found)[0]
    return text[: old.start()] + new + text[old.end() :]


def _number(text: str, luck: Random) -> str:
    """One number grows, shrinks, or changes its sign."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    old = luck.choice(found)
    value = float(old[0]) * luck.choice((-1.0, 0.0, 0.5, 2.0, 10.0, 1e6, 1e12)) + luck.choice((0.0, 0.0, 1.0, -1.0))
    return text[: old.start()] + f"{value:g}" + text[old.end() :]


def _everywhere(text: str, luck: Random) -> str:
    """One word becomes another everywhere."""
    found = sorted(set(_TOKEN.findall(text)))
    return re.sub(rf"\b{re.escape(luck.choice(found))}\b", lambda _: luck.choice(found), text) if found else text


def _lines(text: str, luck: Random) -> str:
    """Lines go, come twice, change places, lose their end, or are set in."""
    lines = text.splitlines(keepends=True) or [""]
    at, other = luck.randrange(len(lines)), luck.randrange(len(lines))
    way = luck.randrange(6)
    if way == 0:
        del lines[at : at + luck.randrange(1, 6)]
    elif way == 1:
        lines.insert(other, lines[at])
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif way == 3:
        lines[at] = lines[at][: luck.randrange(len(lines[at]) + 1)]
    elif way == 4:
        lines[at] = lines[at].rstrip("\n")
    else:
        lines[at] = " " * luck.randrange(1, 5) + lines[at]
    return "".join(lines)


def _column(text: str, luck: Random) -> str:
    """One column of a table says the same in every row, or is gone."""
    cut = luck.choice(",,,\t")
    rows = [line.split(cut) for line in text.splitlines()]
    at, new = luck.randrange(max(len(rows[0]), 1)) if rows else 0, luck.choice(ODD)
    first = luck.randrange(2)
    for row in rows[first:]:
        if at < len(row):
            row[at : at + 1] = [] if first == 0 else [new]
    return "\n".join(map(cut.join, rows)) + "\n"


def _cut(text: str, luck: Random) -> str:
    """The text ends too early, or a part of it stands again."""
    at, end = sorted((luck.randrange(len(text) + 1), luck.randrange(len(text) + 1)))
    return text[:end] if luck.random() < 0.3 else text[:end] + text[at:end] + text[end:]


def _put(text: str, luck: Random) -> str:
    """Something odd stands anywhere."""
    at = luck.randrange(len(text) + 1)
    return text[:at] + luck.choice(ODD) + text[at + luck.randrange(4) :]


_WAYS = (_token, _token, _token, _number, _number, _everywhere, _lines, _lines, _column, _cut, _put)
