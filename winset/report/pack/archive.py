"""Office files are archives of parts, with the time at which each was packed: the same parts give the same bytes
here.
"""

from __future__ import annotations

import io
import zipfile

WHEN = (1980, 1, 1, 0, 0, 0)  # the first date that an archive can hold


def packed(data: bytes) -> bytes:
    """The same archive in the same order, without the times of packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            part = zipfile.ZipInfo(name, WHEN)
            part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            made.writestr(part, held.read(name))
    return out.getvalue()
