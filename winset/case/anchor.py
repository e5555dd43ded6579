"""Anchor a passage: from the exact words of a source to its row in passages.csv, without keeping the words.

python -m winset.case.anchor SOURCE_ID TEXTFILE "exact words of the text"
"""

from __future__ import annotations

import sys
from pathlib import Path

from winset.case.canon import canonical, context, digest
from winset.errors import SettingError
from winset.terminal import say

SHORTEST, LONGEST = 20, 400


def anchor(text: str, quote: str) -> dict[str, str | int]:
    """start, end, sha256, before and after of `quote` in the canonical `text`.

    Raises SettingError when the words do not occur exactly once, or are shorter than 20 or longer than 400 characters.
    """
    words = canonical(quote)
    if not SHORTEST <= len(words) <= LONGEST:
        raise SettingError(f"a passage has {SHORTEST} to {LONGEST} characters, this one {len(words)}")
    start = text.find(words)
    if start < 0:
        raise SettingError(f"these words are not in the text: {words[:60]!r}")
    if text.find(words, start + 1) >= 0:
        raise SettingError(f"these words occur more than once; add words before or after: {words[:60]!r}")
    end = start + len(words)
    before, after = context(text, start, end)
    return {"start": start, "end": end, "sha256": digest(words), "before": before, "after": after}


def main(argv: list[str]) -> int:
    if len(argv) != 3:
        say(__doc__)
        return 2
    source, file, quote = argv
    try:
        row = anchor(canonical(Path(file).read_text(encoding="utf-8")), quote)
    except (SettingError, OSError, UnicodeDecodeError) as error:
        say(error, err=True)
        return 1
    say(",".join([source, *map(str, row.values())]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
