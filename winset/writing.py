"""Writing files: whole or not at all, and never over what winset did not write.

winset knows its own files by a mark inside them, which stays when they are moved or copied: the generator of an HTML
page, `schema` of a result, `written_by` of a domain or its root element, the comment of a game or scenario. GeniusWeb
reads no unknown key in a domain.json, so that one is known by its form beside a marked profile. Word files,
spreadsheets, pictures and tables are known by their digest in the pack.json or datapackage.json beside them, so that
one which was edited since is somebody's own.

Never replaced: what is no plain file (folder, link, named pipe, device), a `case.yaml`, and the files a command reads.
Replaced only by `--force`: a plain file without the mark.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from winset.errors import SettingError

MARK = "written by winset"
KEY = "written_by"
PACK, DATA = "pack.json", "datapackage.json"  # lists of what is in a folder of papers or tables, with a digest of each
STAGE, LOCK = ".winset-writing-", "lock"  # a folder for files that are being written, and what its owner holds
LARGEST = 1 << 28  # bytes: beyond this no file is taken for one of ours
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)
_HEADS = (
    re.compile(rb'<meta name="generator" content="winset'),
    re.compile(rb'^\s*<(negotiation_template|utility_space) written_by="winset"'),
    re.compile(rb'^EFG 2 R "[^\n]*\n"written by winset"'),
    re.compile(rb"^<\?xml [^\n]*\n<!-- written by winset -->\n<Scenario>"),
    re.compile(rb"^[^\n,]*,written by winset: [^\n,]*,\d+,\d+\n"),
)


def ours(path: Path, known: Mapping[str, str] | None = None) -> bool:
    """Whether winset wrote this file, by its mark. known: what `listed` says of its folder, where that was asked
    already."""
    try:
        if path.stat().st_size > LARGEST:
            return False
        data = path.read_bytes()
    except OSError:
        return False
    known = listed(path.parent) if known is None else known
    if any(head.search(data[:4096]) for head in _HEADS) or known.get(path.name) == digest(data):
        return True
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return False
    marked = found.get(KEY) == "winset" or str(found.get("schema", "")).startswith("winset-report/")
    return marked or "winset_reservation" in found or (path.name == "domain.json" and _geniusweb(path, data, found))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def listed(folder: Path) -> dict[str, str]:
    """The files that the lists of a folder name, with their digests; none where winset wrote no such list."""
    files = _list(folder / PACK).get("files")
    papers = {str(k): str(v) for k, v in files.items()} if isinstance(files, dict) else {}
    return papers | _tables(folder)


def _tables(folder: Path) -> dict[str, str]:
    """The tables that the datapackage.json of a folder lists, with their digests."""
    held = _list(folder / DATA).get("resources")
    rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
    return {str(row.get("path")): str(row.get("hash")).removeprefix("sha256:") for row in rows}


def _list(path: Path) -> dict[str, Any]:
    """A list of files that winset wrote, or nothing."""
    status = status_of(path)
    if status is None or not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return {}
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and found.get(KEY) == "winset" else {}


def _geniusweb(path: Path, data: bytes, found: dict[str, Any]) -> bool:
    """A domain.json of GeniusWeb in the form in which it is written, beside a profile of ours."""
    form = (json.dumps(found, indent=1) + "\n").encode()
    profile = path.with_name("profile1.json")
    return set(found) == {"name", "issuesValues"} and data == form and profile.is_file() and ours(profile)


def check_out(folder: Path, names: Iterable[str], *, force: bool = False, inputs: Iterable[Path] = ()) -> None:
    """See that files of these names may be written into a folder.

    inputs: what the command reads, which is never replaced. Raises SettingError with every file that stands in the way.
    """
    read = [path for path in inputs if path.exists()]
    known = listed(folder)
    ways = [why for name in names if (why := _in_the_way(folder / name, force, read, known))]
    if ways:
        raise SettingError("\n".join(ways))


def _in_the_way(path: Path, force: bool, read: Iterable[Path], known: Mapping[str, str]) -> str:
    status = status_of(path)
    if status is None:
        return ""
    if not stat.S_ISREG(status.st_mode):
        return f"cannot write {path}: it is {kind(status)}"
    if any(os.path.samefile(path, other) for other in read):
        return f"cannot write {path}: this command reads it; choose another place for what it writes"
    if path.name == "case.yaml":
        return f"cannot write {path}: a case stands there; choose another place"
    if not force and not ours(path, known):
        return f"cannot write {path}: winset did not write what stands there; choose another place, or give --force"
    return ""


def status_of(path: Path) -> os.stat_result | None:
    """What stands at a path, links not followed, or None."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def kind(status: os.stat_result) -> str:
    """A word for what is no plain file."""
    return next((word for test, word in _KINDS if test(status.st_mode)), "no plain file")


def write_out(
    folder: Path, files: Mapping[str, str | bytes], *, force: bool = False, inputs: Iterable[Path] = ()
) -> list[Path]:
    """`check_out`, then `write_whole`: what every command calls that writes where the user says."""
    check_out(folder, files, force=force, inputs=inputs)
    return write_whole(folder, files)


def write_tables(
    folder: Path, files: Mapping[str, str | bytes], *, force: bool = False, inputs: Iterable[Path] = ()
) -> list[Path]:
    """`write_out` of tables and their datapackage.json; tables of an earlier one that are in it no more go with it,
    unless somebody changed them."""
    before = _tables(folder)
    written = write_out(folder, files, force=force, inputs=inputs)
    for path in (folder / name for name in before.keys() - files.keys() if Path(name).name == name):
        if stat.S_ISREG(getattr(status_of(path), "st_mode", 0)) and digest(path.read_bytes()) == before[path.name]:
            path.unlink()
    return written


def write_whole(folder: Path, files: Mapping[str, str | bytes], *, sync: bool = True) -> list[Path]:
    """Write files so that each is complete or untouched, whatever happens in between: a kill, a full disk, a power cut.

    All go to a folder of temporaries inside `folder`, then are renamed in the order given; if one cannot be, those
    before are put back. A file that was there keeps its mode, a new one has 0666 less the umask. What killed runs left
    is cleared. Without files it only sees that the folder can be written. A name may lead to a folder inside that is
    there. sync: wait until the disk has it; without, a power cut may leave an empty file.

    Raises SettingError when the folder cannot be written, or where something stands that is no plain file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with _stage(folder) as stage:
            staged = [(stage / str(i), folder / name) for i, name in enumerate(files)]
            for (temporary, final), content in zip(staged, files.values()):
                _write(temporary, content, _mode(final), sync)
            with _locked(folder):
                _rename(staged)
            for parent in {final.parent for _, final in staged} if sync else ():
                _sync(parent)
    except OSError as error:
        raise SettingError(f"cannot write to {folder}: {error.strerror or error}") from None
    return [folder / name for name in files]


def _rename(staged: Sequence[tuple[Path, Path]]) -> None:
    """Put all in their places, or none if one cannot be."""
    done: list[tuple[Path, Path]] = []
    try:
        for temporary, final in staged:
            kept = temporary.with_suffix(".before")
            if _mode(final) is not None:
                with contextlib.suppress(OSError):  # some file systems have no second names: then it is not put back
                    os.link(final, kept)
                    done.append((kept, final))
            else:
                done.append((kept, final))
            os.replace(temporary, final)
    except BaseException:
        for kept, final in reversed(done):
            os.replace(kept, final) if kept.exists() else final.unlink(missing_ok=True)
        raise


def _mode(final: Path) -> int | None:
    """The permissions of what is to be replaced; None where nothing stands yet."""
    status = status_of(final)
    if status is not None and not stat.S_ISREG(status.st_mode):
        raise SettingError(f"cannot write {final}: it is {kind(status)}")
    return None if status is None else stat.S_IMODE(status.st_mode)


def _write(path: Path, content: str | bytes, mode: int | None, sync: bool) -> None:
    with path.open("xb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        file.flush()
        if mode is not None:
            os.chmod(path, mode)
        if sync:
            os.fsync(file.fileno())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Of two runs at once in a folder, one renames all its files and then the other."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        _lock(opened, wait=True)
        yield
    finally:
        os.close(opened)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _stage(folder: Path) -> Iterator[Path]:
    """A folder for temporaries. Its owner holds a lock in it, which ends with the owner however that ends."""
    while True:
        stage = Path(tempfile.mkdtemp(dir=folder, prefix=STAGE))
        try:
            held = os.open(stage / LOCK, os.O_CREAT | os.O_RDWR)
        except FileNotFoundError:
            continue  # another run swept it away before it was locked
        if _lock(held) is not False and (stage / LOCK).exists():
            break
        os.close(held)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        os.close(held)


def _sweep(folder: Path) -> None:
    """Clear the temporaries of runs that were killed: those whose lock nobody holds. No clock is asked."""
    for stage in folder.glob(f"{STAGE}*"):
        if stage.is_symlink():
            continue
        try:
            held = os.open(stage / LOCK, os.O_CREAT | os.O_RDWR)
        except OSError:
            continue  # gone by now, or another user's
        if _lock(held):
            shutil.rmtree(stage, ignore_errors=True)
        os.close(held)


def _lock(opened: int, *, wait: bool = False) -> bool | None:
    """Take the lock of an open file: whether it was free, or None where the file system has no locks."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def files_of(path: Path) -> list[Path]:
    """What a command may read from a case, or from a folder of an outside format."""
    wanted = (".yaml", ".csv") if (path / "case.yaml").exists() else (".xml", ".json")
    return [p for p in (*path.glob("*"), *path.glob("*/*")) if p.suffix in wanted and p.is_file()]
