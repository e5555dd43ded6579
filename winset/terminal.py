"""The one way out to a terminal: text from outside is shown, never obeyed.

Names, labels and cells of imported rows may hold what a terminal acts upon: control characters, escape sequences
(ECMA-48), and the marks that turn the direction of writing (Unicode Standard Annex 9), by which a line can be made to
read as another. Every command and every error prints by `say` or `say_json`; the forms of the report use `clean`.
"""

from __future__ import annotations

import json
import re
from typing import Any

SEQUENCES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences: colours, movements of the cursor
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # strings: titles, links, the clipboard
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
    return UNPRINTABLE.sub("", SEQUENCES.sub("", text))


def escaped(text: str) -> str:
    """JSON in which such characters stand as \\\\uXXXX: the same data, and nothing for a terminal to obey.

    >>> escaped('{"name": "\\u202eSouth"}')
    '{"name": "\\\\u202eSouth"}'
    """
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text, cleaned; to stderr with `err`."""
    import click

    click.echo(clean(str(text)), err=err, nl=nl)


def say_json(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> None:
    """Print plain data as JSON."""
    import click

    click.echo(escaped(json.dumps(value, indent=indent, sort_keys=sort_keys, ensure_ascii=False)))
