"""Text files damaged at random, from a seed: what a slip of the hand, a bad export or an attack makes of an input."""

from __future__ import annotations

import gzip
import re
from random import Random

ODD = (
    "", " ", "0", "1", "-1", "1e12", "1e308", "-1e308", "1e400", "nan", "inf", "0.7_5", "1_000", "٣", "3٣", "0x10",
    "1,5", "99999999999999999999",
    "true", "low: true", "null", "~", "any", "case", "all", "silent", "deferred", "none", "x" * 5000, "a/b/c", "../x",
    "*a", "&a", "!!int", "{{7*7}}",
    "<b>", '"', "'", "[", "]", "{", "}", ",", ":", "|", " | ", "#", "\t", "\r", "\x00", "\x1b[2J", "\u202e", "\ufeff",
    "\ud800", "é", "0000-00-00",
    "1799-12-31", "2024-02-30", "2200-12-31", "2024-01-01", "20240101", "passages: s01", "passages: ", "judgement: x",
    "report: ", "beta(2,2)",
    "uniform(0,1)", "uniform(1e308,-1e308)", "normal(0,1e300)", "sarrow", "tavenna", "merrin", "harbour", "fleet",
    "lease", "public", "kind", "date",
)  # fmt: skip
LONG = (
    "x" * 5000, "9" * 5000, "0." + "0" * 400 + "1", "1e-400", "5e-324", "-0.0", "1.7976931348623157e308",
    "9007199254740993", "+1", "1.", ".5", "1e3",
    "0o17", "0b1", "1:30", "1;5", "½", "−5", "1 000", "NaN", "-inf", ".inf", "Infinity", "yes", "off", "[]", "{}",
    "[1, 2]", "{a: 1}", "- 1", "? x",
    "\u0000", "\ud800", "&#0;", "&#xD800;", "%s", "${x}", "=1+1", "\u2028", "\x85", "\u200b", "İ", "ſ", "ß", "Ⅷ", "²",
)  # fmt: skip
SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp037", "utf-7", "gzip")
DEPTHS = (3, 29, 31, 200, 2_000, 20_000)
_TOKEN = re.compile(r"[A-Za-z0-9_.+-]+")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ID = re.compile(r"(?:\bid: |\"id\": \"|^|\bname=\"|<name>)([a-z][a-z0-9_-]+)(?=[,}\"<]|$)", re.MULTILINE)
_KEY = re.compile(r"""^(\s*(?:- )?)(["']?[A-Za-z_]+["']?):.*$""", re.MULTILINE)
_VALUE = re.compile(r"(?<=: )[^\n{}\[\]]+|(?<=,)[^,\n]+(?=,)|(?<=\")[^\"\n]*(?=\")")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])")


def mutated(text: str, luck: Random) -> bytes:
    """The text with one to four changes, as bytes: mostly still text, now and then not. Of some texts a single word or
    line is changed, so that many are still what they were meant to be and go further."""
    mild = luck.random() < 0.4
    for _ in range(1 if mild else luck.choice((1, 1, 1, 2, 3, 4))):
        text = luck.choice(MILD if mild else WAYS)(text, luck)
    data = text.encode("utf-8", errors="surrogatepass")
    if mild:
        return data
    if luck.random() < 0.05:
        at = luck.randrange(len(data) + 1)
        data = data[:at] + bytes(luck.randrange(256) for _ in range(luck.randrange(1, 5))) + data[at:]
    return encoded(text, data, luck) if luck.random() < 0.04 else data


def encoded(text: str, data: bytes, luck: Random) -> bytes:
    """The bytes as another program would have written the text: another encoding, other ends of lines, packed."""
    way = luck.choice((*ENCODINGS, "crlf", "cr", "nul"))
    if way in ("crlf", "cr"):
        return data.replace(b"\n", b"\r\n" if way == "crlf" else b"\r")
    if way == "nul":
        return data + b"\0" * luck.choice((1, 512, 4096))
    return gzip.compress(data, mtime=0) if way == "gzip" else text.encode(way, errors="replace")


def _token(text: str, luck: Random) -> str:
    """One word or number becomes another of the text, or an odd one."""
    found = list(_TOKEN.finditer(text))
    if not found:
        return text + luck.choice(ODD)
    old = luck.choice(found)
    new = luck.choice(luck.choice((ODD, LONG))) if luck.random() < 0.6 else luck.choice(found)[0]
    return text[: old.start()] + new + text[old.end() :]


def _number(text: str, luck: Random) -> str:
    """One number grows, shrinks, or changes its sign."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    old = luck.choice(found)
    if luck.random() < 0.15:
        new = old[0].translate(str.maketrans("0123456789", luck.choice(SCRIPTS)))
        return text[: old.start()] + new + text[old.end() :]
    value = float(old[0]) * luck.choice((-1.0, 0.0, 0.5, 0.97, 1.03, 2.0, 10.0, 1e-9, 1e6, 1e12, 1e300)) + luck.choice(
        (0.0, 0.0, 1.0, -1.0)
    )
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
    if sum(len(row) > 1 for row in rows) < len(rows) / 2 or not rows:
        return _token(text, luck)  # no table
    at, new = luck.randrange(len(rows[0])), luck.choice(ODD)
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


def _type(text: str, luck: Random) -> str:
    """One value becomes one of another type: a list or a mapping of it, a text, nothing, a yes or no, an object."""
    found = list(_VALUE.finditer(text))
    if not found:
        return _token(text, luck)
    old = luck.choice(found)
    way = luck.choice(
        (
            "[{}]",
            "[{0}, {0}]",
            "{{a: {}}}",
            '"{}"',
            "'{}'",
            "",
            "null",
            "true",
            "[]",
            "{{}}",
            "[[]]",
            "0",
            "!!float {}",
            "|\n  {}",
            "<a>{}</a>",
        )
    )
    return text[: old.start()] + way.format(old[0]) + text[old.end() :]


def _twice(text: str, luck: Random) -> str:
    """A key, an attribute or a cell of the head stands twice."""
    found = list(_KEY.finditer(text))
    if not found:
        return re.sub(r'(\w+="[^"]*")', r"\1 \1", text, count=1) if "=" in text else _column(text, luck)
    old = luck.choice(found)
    again = f"{old[1].replace('-', ' ')}{old[2]}: {luck.choice((*ODD[:6], 'again'))}"
    return text[: old.end()] + luck.choice((",", "")) + "\n" + again + text[old.end() :]


def _block(text: str, luck: Random) -> str:
    """A block goes, stands twice or moves: a line and those set in further below it, or some rows."""
    lines = text.splitlines(keepends=True) or [""]
    at = luck.randrange(len(lines))
    inset = len(lines[at]) - len(lines[at].lstrip())
    end = at + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > inset:
        end += 1
    block, way = lines[at:end], luck.randrange(3)
    rest = lines if way == 0 else lines[:at] + lines[end:]
    to = luck.choice((at, luck.randrange(len(rest) + 1)))
    return "".join(rest if way == 1 else rest[:to] + block + rest[to:])


def _dates(text: str, luck: Random) -> str:
    """Two dates change places, or one moves by days, years or beyond the calendar."""
    found = list(_DATE.finditer(text))
    if not found:
        return _number(text, luck)
    one, two = sorted((luck.choice(found), luck.choice(found)), key=lambda d: d.start())
    if one is not two and luck.random() < 0.5:
        return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]
    year, month, day = one[0].split("-")
    other = luck.choice(
        (
            f"{int(year) + luck.choice((-1, 1, -200, 300))}-{month}-{day}",
            f"{year}-{month}-{luck.randrange(33):02}",
            f"{year}-{luck.randrange(14):02}-{day}",
            f"{day}-{month}-{year}",
            f"{year}/{month}/{day}",
            f"{one[0]}T00:00:00Z",
            f"{year}-{int(month)}-{int(day)}",
            f"9{year}-{month}-{day}",
        )
    )
    return text[: one.start()] + other + text[one.end() :]


def _itself(text: str, luck: Random) -> str:
    """A word beside an id becomes that id, so that a thing refers to itself; or two ids become one."""
    found = list(_ID.finditer(text))
    if not found:
        return _token(text, luck)
    own = luck.choice(found)
    if luck.random() < 0.3:
        other = luck.choice(found)
        return text[: own.start(1)] + other[1] + text[own.end(1) :]
    near = list(_TOKEN.finditer(text, own.end(), own.end() + 300))
    if not near:
        return text
    word = luck.choice(near)
    return text[: word.start()] + own[1] + text[word.end() :]


def _deep(text: str, luck: Random) -> str:
    """A value, or the whole, is nested many times over."""
    depth = luck.choice(DEPTHS)
    left, right = luck.choice(
        (("[", "]"), ('{"a":', "}"), ("{a: ", "}"), ("- ", ""), ("<a>", "</a>"), ("(", ")"), ("not ", ""), ('"', '"'))
    )
    found = list(_VALUE.finditer(text))
    old = luck.choice(found) if found and luck.random() < 0.8 else re.match(r"(?s).*", text)
    assert old
    return text[: old.start()] + left * depth + old[0] + right * depth + text[old.end() :]


def _bomb(text: str, luck: Random) -> str:
    """References that grow when they are followed, in YAML or in XML."""
    if text.lstrip().startswith("<"):
        entities = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10 if k else "ha"}">' for k in range(12))
        head = luck.choice((f"<!DOCTYPE x [{entities}]>", '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/hostname">]>'))
        cut = text.find("?>") + 2 if text.lstrip().startswith("<?") else 0
        return text[:cut] + head + text[cut:].replace(">", ">&e11;", 3)
    lines = "".join(f"b{k}: &b{k} [{', '.join([f'*b{k - 1}' if k else 'ha'] * 9)}]\n" for k in range(12))
    at = luck.choice((0, text.find("\n") + 1, len(text)))
    return text[:at] + luck.choice((lines, "self: &s [*s]\n", "<<: *b\n", "b: &b {<<: *b}\n")) + text[at:]


MILD = (_token, _number, _dates, _itself, _block, _lines)
WAYS = (*MILD, *MILD, _token, _number, _everywhere, _column, _cut, _put, _type, _type, _twice, _deep, _bomb)
