"""Where numba keeps the compiled kernels of `winset.theory`.

numba keeps them beside the code, or else in the user's cache. Where neither can be written (a read-only install, no
home), it would refuse to load; then they go to a folder of the user's own among the temporary files. `NUMBA_CACHE_DIR`
names another place, for worker processes too, which inherit it.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from winset.errors import SettingError

CHOSEN = "NUMBA_CACHE_DIR"


def keep() -> Path | None:
    """See that kernels can be kept: the folder that had to be made for them, once; as a rule None.

    Raises SettingError where no folder can be written at all.
    """
    if any(map(_writable, _usual())):
        return None
    try:
        folder, new = _own(Path(tempfile.gettempdir()) / f"winset-kernels-{os.getuid()}")
    except OSError:
        raise SettingError(f"no folder can be written for compiled kernels; name one by {CHOSEN}") from None
    os.environ[CHOSEN] = str(folder)
    if "numba" in sys.modules:  # it has read the environment already
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder if new else None


def _usual() -> list[Path]:
    """Where numba looks, in its order."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    beside = Path(__file__).parent / "theory" / "__pycache__"
    chosen = os.environ.get(CHOSEN)
    return [*([Path(chosen)] if chosen else []), beside, *([cache / "numba"] if cache.is_absolute() else [])]


def _writable(folder: Path) -> bool:
    """Whether a file can be written there. It is tried, as numba does: permissions do not tell of every refusal."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _own(folder: Path) -> tuple[Path, bool]:
    """A folder that only this user can write, since code is loaded from it, and whether it is new."""
    try:
        folder.mkdir(mode=0o700)
        return folder, True
    except FileExistsError:
        found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
        return folder, False
    return Path(tempfile.mkdtemp(prefix=f"{folder.name}-")), True
