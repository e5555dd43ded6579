"""BibTeX for the methods that lenses use and for the sources that a case cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from winset.case.model import Case, Source
from winset.errors import SettingError
from winset.lens import LENSES, lens


@cache
def entries() -> dict[str, str]:
    """Every entry of references.bib by its key."""
    text = files("winset").joinpath("references.bib").read_text(encoding="utf-8")
    return {match[1]: match[0].strip() for match in re.finditer(r"@\w+\{(\w+),.*?\}\n(?=@|\Z)", text, re.DOTALL)}


def bibtex(case: Case, names: Sequence[str] = ()) -> str:
    """Entries of the methods of the lenses named (all, if none), winset's own streams, and the case's sources.

    Raises SettingError for an unknown lens.
    """
    unknown = [n for n in names if n not in LENSES]
    if unknown:
        raise SettingError(f"unknown lens {', '.join(unknown)}; one of {', '.join(LENSES)}")
    keys = {"salmon2011", *(key for n in (names or LENSES) for key in lens(n).sources)}
    return "\n".join([*(entries()[k] for k in sorted(keys)), *(_misc(case.id, s) for s in case.sources), ""])


def _misc(case: str, source: Source) -> str:
    fields = {
        "author": source.author,
        "title": source.title,
        "howpublished": source.publisher,
        "year": str(source.published_from.year),
        "note": f"{source.kind}; published {source.published_from} to {source.published_to}",
    }
    body = ", ".join(f"{k} = {{{_escape(v)}}}" for k, v in fields.items() if v)
    return f"@misc{{{case}-{source.id},\n  {body}}}"


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "/"))
