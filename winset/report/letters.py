"""How long a text is in the type of the charts: the advance widths of Helvetica, which Arial and Liberation Sans keep.

Every text of a drawing is given this length, so that it keeps its place whatever type a reader's machine has.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# source: Adobe Font Metrics of Helvetica, thousandths of the type size
_WIDTHS = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r“”„",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckssvxyz",
    556: "#$0123456789?L_abdeghnopqu–",
    584: "+<=>~−×",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—→←",
    1015: "@",
}
_LETTERS = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER, _CAPITAL, _WIDE = (
    580,
    722,
    1000,
)  # source: the middle width of small letters, of capitals, and of full-width type


@cache
def _width(letter: str) -> int:
    if letter in _LETTERS:
        return _LETTERS[letter]
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _LETTERS:
        return _LETTERS[plain]
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _CAPITAL if letter.isupper() else _OTHER


def length(text: str, size: float = 12) -> float:
    """Pixels that a line of text takes at a size in pixels.

    >>> length("Water"), length("Wäter") == length("Water"), length("")
    (32.004, True, 0.0)
    """
    return sum(map(_width, text)) * size / 1000
