"""The canonical form of a source text, in which passages are counted.

Name `winset-c14n-1`: Unicode NFC; curly quotes, primes and guillemets to straight ones; dashes and
hyphens of every length to "-"; the ellipsis to three dots; every run of white space (line ends too) to one
space; no space at either end. Offsets are Unicode code points of the result, as the W3C Web Annotation
model asks of a TextPositionSelector; texts that differ only in typography get the same offsets.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

CANON = "winset-c14n-1"
CONTEXT = 24
_FOLD = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"\u2026": "...", "\ufeff": "", "\u00ad": "", "\u200b": ""}
)


def canonical(raw: str) -> str:
    """The canonical text of `raw`.

    >>> canonical("  Peace\\n\\n talks \u2013 \u201cgoing on\u201d\u2026 ")
    'Peace talks - "going on"...'
    """
    folded = unicodedata.normalize("NFC", raw).translate(_FOLD)
    return re.sub(r"\s+", " ", folded).strip()


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Short digests of the code points before and after a span: they find it again if the span was altered."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return digest(before)[:16], digest(after)[:16]
