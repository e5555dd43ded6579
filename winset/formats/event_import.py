"""Put outside event data into a case folder: `series/ID.csv` and its row in `series.yaml`, both or neither."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from winset.case.load import CaseFile
from winset.case.parse import parse_document
from winset.case.series import FILE, Entry, SeriesFile
from winset.case.text import Problems, read_yaml
from winset.errors import DossierError, SettingError
from winset.formats.events import Imported, read_events
from winset.writing import kind, status_of, write_whole

_HEAD = "# Written by `winset import events`. Machine-coded counts: evidence about how often, never cited facts.\n"


@dataclass(frozen=True)
class Done:
    """What an import left behind. after: whether the file has days after the case's own date (kept, cut by as-of)."""

    entry: Entry
    read: Imported
    after: bool


def import_events(
    path: str | Path, folder: str | Path, *, format: str = "auto", id: str = "", title: str = "", query: str = "",
    dated: str = "", codes: Mapping[str, str] | None = None, had: dt.date | None = None, replace: bool = False,
    force: bool = False,
) -> Done:  # fmt: skip
    """Read an event file and keep it in the case as a series of daily counts.

    id: FORMAT-FILENAME by default (FILENAME, where it starts with the format). query: how the file was asked for.
    dated: what a day means, for a plain daily series. had: the day the file was had; today by default, or for a file
    imported before, as before. The same file gives the same bytes. force: replace a series.yaml without our head, or a
    file of the same name that is in no row of it.
    Raises SettingError (the file, the settings) or DossierError (the case); the folder is then as it was.
    """
    path, folder = Path(path), Path(folder)
    problems = Problems()
    case = parse_document(read_yaml(folder, "case.yaml", problems), CaseFile, problems)
    earlier = _earlier(folder, problems)
    if problems.found or case is None:
        raise DossierError(problems.found)
    for name, text in (("query", query), ("title", title), ("dated", dated)):
        if len(text) > 4000 or not text.isprintable():
            raise SettingError(f"{name}: at most 4000 characters on one line")
    kinds = {kind: own.plover for kind, own in case.event_kinds.items()}
    read = read_events(path, case.actors, format=format, codes=codes, kinds=kinds)
    stem = path.stem.lower()
    name = _id(id or (stem if stem.startswith(read.format) else f"{read.format}-{stem}"), bool(id))
    held = earlier.get(name)
    if held and held.sha256 != read.sha256 and not replace:
        raise SettingError(f"the case has a series {name} from another file; give another id, or --replace it")
    if had is None:
        known = held is not None and (held.sha256, held.query) == (read.sha256, query)
        had = held.had if held and known else dt.date.today()
    file, data = _shown(path.name), read.text.encode()
    title = title or (held.title if held else f"{read.origin}: {file}")
    entry = _entry(name, read, title=title, query=query, imported_from=file, had=had, dated=dated or read.dated)
    _unharmed(folder, entry.file, held, path, force)
    earlier[name] = entry
    _write(folder, entry.file, data, _yaml(earlier))
    return Done(entry, read, entry.to > case.as_of)


def _entry(name: str, read: Imported, **said: object) -> Entry:
    """The row of series.yaml: what was found in the file and what the user said of it."""
    found = {
        "id": name,
        "file": f"series/{name}.csv",
        "file_sha256": hashlib.sha256(read.text.encode()).hexdigest(),
        "format": read.format,
        "origin": "dataset",
        "dataset": read.origin,
        "sha256": read.sha256,
        "rows_read": read.rows_read,
        "rows_kept": read.rows_kept,
        "dropped": read.dropped,
        "notes": read.notes,
        "from": read.covered[0],
        "to": read.covered[1],
        "columns": tuple(read.text.split("\n", 1)[0].split(",")),
        "absence": read.absence,
        "codes": read.codes,
    }
    return Entry.model_validate({**found, **said})


def read_codes(path: Path) -> dict[str, str]:
    """A YAML file of `code or name: actor id` (blank: nobody). Raises DossierError or SettingError."""
    problems = Problems()
    data = read_yaml(path.parent, path.name, problems).data
    if problems.found:
        raise DossierError(problems.found)
    if not isinstance(data, dict) or not all(v is None or isinstance(v, str) for v in data.values()):
        raise SettingError(f"{path.name}: write one `code or name: actor id` on each line")
    return {k: v or "" for k, v in data.items()}


def _earlier(folder: Path, problems: Problems) -> dict[str, Entry]:
    if not os.path.lexists(folder / FILE):
        return {}
    parsed = parse_document(read_yaml(folder, FILE, problems), SeriesFile, problems)
    return {e.id: e for e in parsed.series} if parsed else {}


def _id(wanted: str, given: bool) -> str:
    made = wanted if given else re.sub(r"[^a-z0-9_-]+", "-", wanted.lower()).strip("-")[:80]
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", made):
        raise SettingError(f"id {wanted[:80]!r}: use lower-case letters, digits, - and _")
    return made


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:200]


def _yaml(entries: Mapping[str, Entry]) -> bytes:
    writer, out = YAML(typ="safe", pure=True), io.StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 120
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    rows = [entries[name].model_dump(mode="json", by_alias=True) for name in sorted(entries)]
    writer.dump({"series": rows}, out)
    return (_HEAD + out.getvalue()).encode()


def _unharmed(folder: Path, name: str, held: Entry | None, source: Path, force: bool) -> None:
    """See that nothing is lost by writing: neither what is no plain file, nor the file read, nor what others wrote."""
    for path in (folder / FILE, folder / name):
        status = status_of(path)
        if status is None:
            continue
        if not stat.S_ISREG(status.st_mode):
            raise SettingError(f"cannot write {path}: it is {kind(status)}")
        if os.path.samefile(path, source):
            raise SettingError(f"cannot write {path}: this command reads it; give another --id")
        data = path.read_bytes()
        if path.name == FILE:
            known = data.startswith(_HEAD.encode())
        else:
            known = held is not None and held.file_sha256 == hashlib.sha256(data).hexdigest()
        if not (known or force):
            what = "winset did not write what stands there"
            raise SettingError(f"cannot write {path}: {what}; keep a copy and give --force, or give another --id")


def _write(folder: Path, name: str, data: bytes, listing: bytes) -> None:
    """Both files, complete, or the folder as it was."""
    table = folder / name
    try:
        table.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise SettingError(f"cannot write into {folder}: {error.strerror or error}") from None
    if not all(p.parent.resolve().is_relative_to(folder.resolve()) for p in (folder / FILE, table)):
        raise SettingError(f"{table.parent} leads out of the case folder")
    write_whole(folder, {name: data, FILE: listing})
