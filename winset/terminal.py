"""The one way out to a terminal: text from outside is shown, never obeyed.

Names, labels and cells of imported rows may hold what a terminal acts upon: control characters, escape sequences
(ECMA-48), and the marks that turn the direction of writing (Unicode Standard Annex 9), by which a line can be made to
read as another. Every command and every error prints by `say` or `say_json`; the forms of the report use `clean`.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import re
import sys
import unicodedata
from typing import Any, TextIO

SEQUENCES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences: colours, movements of the cursor
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # strings: titles, links
    "|\x1b[ -/]*[0-~]"  # what else begins with an escape
)
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Text without escape sequences, control characters and marks of direction. Line ends and tabs stay.

    >>> clean("\\x1b[31mNorth\\x1b[0m and \\u202eSouth")
    'North and South'
    """
    if text.isprintable():  # almost every text, and told in a tenth of the time
        return text
    return UNPRINTABLE.sub("", SEQUENCES.sub("", text))


def escaped(text: str) -> str:
    """JSON in which such characters stand as \\\\uXXXX: the same data, and nothing for a terminal to obey.

    >>> escaped('{"name": "\\u202eSouth"}')
    '{"name": "\\\\u202eSouth"}'
    """
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def ready() -> None:
    """Make standard output and error fit to print to: characters that they lack are shown by their nearest, and one
    that is closed fails when it is written to, as a full disk does, not by taking the place of the next open file."""
    codecs.register_error("nearest", nearest)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _closed(number))
        if hasattr(stream := getattr(sys, name), "reconfigure"):
            stream.reconfigure(errors="nearest")
    for name in ("COLUMNS", "LINES"):  # a size of nothing is no size
        if not os.environ.get(name, "1").strip("0"):
            del os.environ[name]


def _closed(number: int) -> TextIO:
    """A stream that cannot be written, in the place of one that is closed."""
    opened = os.open(os.devnull, os.O_RDONLY)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return open(number, "w", encoding="utf-8", closefd=False)


def drop(stream: TextIO) -> None:
    """Let go of what a stream that cannot be written still holds, or Python would try again at its end."""
    with contextlib.suppress(OSError, ValueError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)


NEAREST = {
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "…": "...",
    "×": "x",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "•": "*",
    "·": "*",
    "€": "EUR",
    "ß": "ss",
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
}


def nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that a terminal cannot show: the letter without its accent, a plain sign, or `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error

    def shown(letter: str) -> str:
        plain = NEAREST.get(letter) or unicodedata.normalize("NFKD", letter)
        return "".join(c for c in plain if c.isascii()) or "?"

    return "".join(map(shown, error.object[error.start : error.end])), error.end


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text, cleaned; to stderr with `err`. Characters that the stream lacks are shown by their nearest."""
    _print(clean(str(text)) + ("\n" if nl else ""), sys.stderr if err else sys.stdout)


def say_data(text: str) -> None:
    """Print JSON, escaped. Characters that the stream lacks stand as escapes: the data are the same."""
    text = escaped(text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]+", lambda found: json.dumps(found[0])[1:-1], text)
    _print(text, sys.stdout)


def say_json(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> None:
    """Print plain data as JSON."""
    say_data(json.dumps(value, indent=indent, sort_keys=sort_keys, ensure_ascii=False) + "\n")


def _print(text: str, stream: TextIO) -> None:
    stream.write(text)
    stream.flush()  # so that a full disk or a closed pipe is met here, and not when Python ends
