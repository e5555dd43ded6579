"""What cannot be broken: kills, full disks, closed streams, strange surroundings. Each ends in a clear word or the
right answer."""

from __future__ import annotations

import ast
import io
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.case.broken import HARBOUR, copy
from tests.test_cli import START, good, refused
from winset import kernels, terminal
from winset import run as engine
from winset.cli.main import main
from winset.errors import SettingError
from winset.writing import digest, write_whole

PACKAGE = Path(__file__).parents[1] / "winset"
RUN = ("run", HARBOUR, "--lens", "ledger", "--draws", 2)
NAMES = ("result.json", "report.html")


def told(page: Path) -> str:
    """The digest that a report says its result.json has."""
    found = re.search(r'<meta name="winset-result" content="sha256:(\w+)">', page.read_text(encoding="utf-8"))
    assert found
    return found[1]


def pair(number: int) -> dict[str, str | bytes]:
    """A result and a report of a run, large enough to be cut off in the middle."""
    return dict.fromkeys(NAMES, f"{number:06}\n" * 200000)


def of(path: Path) -> int:
    """Which run wrote a file, which must be whole."""
    lines = path.read_text().splitlines()
    assert len(lines) == 200_000 and len(set(lines)) == 1
    return int(lines[0])


# kill -9


LOOP = """
import sys
from pathlib import Path
from winset.writing import write_whole
for number in range(1, 1_000_000):
    write_whole(Path(sys.argv[1]), {name: f"{number:06}\\n" * 200_000 for name in ("result.json", "report.html")})
    print(number, flush=True)
"""


def killed_while_writing(folder: Path, moments: int) -> None:
    chance = random.Random(5)
    for _ in range(moments):
        write_whole(folder, pair(0))
        assert {p.name for p in folder.iterdir()} == set(NAMES), "what the kill left is cleared"
        with subprocess.Popen([sys.executable, "-c", LOOP, str(folder)], stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            running.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.1))
            running.kill()
        result, report = (of(folder / name) for name in NAMES)
        assert report in (result, result - 1), "at most the last rename is missing"


def test_a_kill_leaves_whole_files(tmp_path: Path) -> None:
    killed_while_writing(tmp_path, 3)


@pytest.mark.slow
def test_a_kill_at_a_hundred_moments_leaves_whole_files(tmp_path: Path) -> None:
    killed_while_writing(tmp_path, 100)


@pytest.mark.slow
def test_a_run_killed_at_a_hundred_moments_leaves_the_old_report_or_the_new(tmp_path: Path) -> None:
    """Over an existing report of another seed. If only the second rename is missing, the page says so by its digest."""
    runs = {}
    for seed in (1, 2):
        begun = time.monotonic()
        subprocess.run([*START, *map(str, RUN), "--seed", str(seed), "--out", str(tmp_path / str(seed))], check=True)
        lasted = time.monotonic() - begun
        runs[seed] = {name: (tmp_path / str(seed) / name).read_bytes() for name in NAMES}
    out, chance = tmp_path / "out", random.Random(6)
    for _ in range(100):
        write_whole(out, runs[1])
        with subprocess.Popen(
            [*START, *map(str, RUN), "--seed", "2", "--out", str(out)], stdout=subprocess.DEVNULL
        ) as running:
            time.sleep(chance.uniform(0.0, lasted))
            running.kill()
        found = {name: (out / name).read_bytes() for name in NAMES}
        result, report = (next(s for s in runs if runs[s][name] == found[name]) for name in NAMES)
        assert (result, report) in ((1, 1), (2, 1), (2, 2))
        assert (told(out / "report.html") == digest(found["result.json"])) == (result == report)


# the disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    write_whole(small_disk, dict.fromkeys(NAMES, "old"))
    with pytest.raises(SettingError, match="No space left on device"):
        write_whole(small_disk, {"result.json": "new", "report.html": "x" * 200_000})
    assert {p.name: p.read_text() for p in small_disk.iterdir()} == dict.fromkeys(NAMES, "old")
    said = refused(*RUN, "--out", small_disk, "--force")
    assert said == f"cannot write to {small_disk}: No space left on device\n"
    assert {p.name: p.read_text() for p in small_disk.iterdir()} == dict.fromkeys(NAMES, "old")


def test_a_disk_that_fills_up_while_the_run_works(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        said = refused(*RUN, "--out", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert said == f"cannot write to {tmp_path}: File too large\n" and list(tmp_path.iterdir()) == []


def as_nobody(action: Any) -> str:
    """What an action of a user without rights raises; of the user itself where that is not root."""
    if os.getuid() != 0:
        with pytest.raises(SettingError) as caught:
            action()
        return str(caught.value)
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        said = "nothing was raised"
        try:
            os.setuid(65534)
            action()
        except SettingError as error:
            said = str(error)
        finally:
            os.write(write, said.encode())
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as pipe:
        return pipe.read()


def test_a_folder_that_cannot_be_written() -> None:
    with tempfile.TemporaryDirectory() as made:  # tmp_path is closed to other users already
        folder = Path(made)
        folder.chmod(0o555)
        assert as_nobody(lambda: write_whole(folder, {})) == f"cannot write to {folder}: Permission denied"
        assert (
            as_nobody(lambda: write_whole(folder / "in", {})) == f"cannot write to {folder / 'in'}: Permission denied"
        )
        folder.chmod(0o755)


@pytest.mark.parametrize("command", [("run", HARBOUR), ("robust", HARBOUR), ("pack", HARBOUR)], ids=lambda c: c[0])
def test_a_folder_that_cannot_be_written_is_met_before_the_work(
    command: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", closed)
    monkeypatch.setattr(engine, "study", lambda *_, **__: pytest.fail("it set to work"))
    assert refused(*command, "--out", tmp_path) == f"cannot write to {tmp_path}: Permission denied\n"


def test_two_runs_at_once_in_one_folder_leave_the_files_of_one(tmp_path: Path) -> None:
    def many(first: int) -> None:
        for number in range(first, first + 20):
            write_whole(tmp_path, {name: str(number) for name in NAMES}, sync=False)

    threads = [threading.Thread(target=many, args=(1000 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(tmp_path / name).read_text() for name in NAMES}) == 1
    assert {p.name for p in tmp_path.iterdir()} == set(NAMES)


def test_the_report_carries_the_digest_of_its_result(tmp_path: Path) -> None:
    good(*RUN, "--out", tmp_path)
    assert told(tmp_path / "report.html") == digest((tmp_path / "result.json").read_bytes())


# paths


def test_no_path_is_not_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (
        (*RUN, "--out", ""),
        ("run", ""),
        ("pack", HARBOUR, "--out", ""),
        ("export", "domain", HARBOUR, "--out", ""),
    ):
        assert "it is empty; give a path, or . for the folder you stand in" in refused(*words, code=2)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_named_after_that_of_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of a case have one id."""
    copy(tmp_path).rename(tmp_path / "second-version")
    monkeypatch.chdir(tmp_path / "second-version")
    good("run", ".", *RUN[2:])
    assert [p.name for p in Path("out").iterdir()] == ["second-version"]


# streams


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A line of sh in which `winset` is the command."""
    given = os.environ | more | {"PYTHON": sys.executable, "HARBOUR": str(HARBOUR)}
    line = f'winset() {{ "$PYTHON" -c \'{START[-1]}\' "$@"; }}; {line}'
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, env=given, timeout=120)


def test_a_pipe_that_closes(tmp_path: Path) -> None:
    done = shell('winset run "$HARBOUR" --lens ledger --draws 2 --out "$OUT" | head -1', OUT=str(tmp_path))
    assert done.stdout.startswith("The harbour of Callis") and done.stderr == ""
    assert told(tmp_path / "report.html") == digest((tmp_path / "result.json").read_bytes())
    done = shell("winset schema | head -1")
    assert (done.stdout, done.stderr) == ("{\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_streams_that_are_full_or_closed() -> None:
    for where, why in ((">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
        for command in ("schema", "--help"):
            done = shell(f"winset {command} {where}")
            assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cannot print: {why}\n")
        assert shell(f"winset --help {where} 2>&-").returncode == 1
        assert shell(f"winset --help 2{where}").returncode == 0
    assert shell("winset run nowhere 2>/dev/full").returncode == 1 == shell("winset run nowhere 2>&-").returncode


def spoken(*words: object, charset: str = "utf-8", **env: str) -> Result:
    result = CliRunner(charset=charset, env=env).invoke(main, [str(w) for w in words])
    assert result.exit_code == 0, result.stderr
    return result


@pytest.mark.parametrize("charset", ["ascii", "latin-1", "cp1252"])
def test_a_stream_that_lacks_letters(charset: str, tmp_path: Path) -> None:
    whole = spoken(*RUN, "--json").stdout
    assert json.loads(spoken(*RUN, "--json", charset=charset).stdout) == json.loads(whole), "the data are the same"
    brief = spoken("run", HARBOUR, "--brief", "--draws", 2, "--lens", "ledger", charset=charset).stdout
    assert brief.startswith("# The harbour of Callis") and "�" not in brief
    spoken(*RUN, "--out", tmp_path, charset=charset)


@pytest.mark.parametrize("charset, shown", [("ascii", 'Zolw - "naive"'), ("latin-1", 'Zólw - "naïve"')])
def test_letters_are_shown_by_their_nearest(charset: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=charset))
    terminal.ready()
    terminal.say("Żółw – “naïve” → 3 ≥ 2 … 日本")
    terminal.say_json({"é": "Ż🕊"})
    said, data = out.getvalue().decode(charset).splitlines()
    assert said == f"{shown} -> 3 >= 2 ... ??" and data == r'{"\u00e9": "\u017b\ud83d\udd4a"}'


def test_narrow_terminals_and_a_width_of_nothing(tmp_path: Path) -> None:
    def lines(columns: str) -> list[str]:
        return spoken(*RUN, "--out", tmp_path, COLUMNS=columns).stdout.splitlines()[:-1]  # the path stays in one line

    assert max(map(len, lines("40"))) <= 40 < max(map(len, lines("80")))
    assert lines("0") == lines("80") and lines("1")


# surroundings


def test_other_places_and_languages_change_no_byte() -> None:
    """Time zones and locales of the far ends, file names in ASCII, no home."""
    whole = good(*RUN, "--json").stdout
    for more in ({"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "HOME": "/nonexistent"},
                 {"TZ": "Etc/GMT+12", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):  # fmt: skip
        done = shell(
            f'{"unset HOME; " if "HOME" not in more else ""}winset run "$HARBOUR" --lens ledger --draws 2 --json',
            **more,
        )
        assert done.returncode == 0 and done.stderr == ""
        assert json.loads(done.stdout) == json.loads(whole)
        assert done.stdout == whole or more["LC_ALL"] == "C", "in ASCII other letters stand as escapes"


def test_no_answer_asks_the_clock() -> None:
    """So it may jump. An import says on what day a file was read, unless it is told."""
    may = {"formats/event_import.py", "cli/import_.py"}
    for path in PACKAGE.rglob("*.py"):
        calls = (n.func for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))
        asked = {c.attr for c in calls if isinstance(c, ast.Attribute)} & {
            "today",
            "utcnow",
            "time_ns",
            "localtime",
            "gmtime",
        }
        assert not asked or path.relative_to(PACKAGE).as_posix() in may, (path, asked)
        read = re.search(r"\btime\.time\(|datetime\.now\(", path.read_text(encoding="utf-8"))
        assert not read or path.name == "store.py", path  # which prunes by age


def test_kernels_are_kept_elsewhere_where_the_code_and_the_home_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(sys.modules["numba"].config, "CACHE_DIR", "")
    assert kernels.keep() is None and kernels.CHOSEN not in os.environ, "as a rule nothing needs to be done"
    monkeypatch.setenv(kernels.CHOSEN, "")
    monkeypatch.setattr(kernels, "_writable", lambda folder: False)
    folder = kernels.keep()
    assert folder is not None and folder.parent == tmp_path and folder.stat().st_mode & 0o777 == 0o700
    assert os.environ[kernels.CHOSEN] == str(folder) and kernels.keep() is None, "it is said once"
    folder.chmod(0o777)  # somebody else could put code there
    other = kernels.keep()
    assert other is not None and other != folder and os.environ[kernels.CHOSEN] == str(other)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "none" / "deeper"))
    with pytest.raises(SettingError, match="no folder can be written for compiled kernels"):
        kernels.keep()


def test_where_kernels_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # no home, and no entry for the user
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert all(folder.is_absolute() for folder in kernels._usual()), "not in a folder named ~"
    assert kernels._writable(tmp_path / "a" / "b") and not kernels._writable(Path("/proc/winset"))
    (tmp_path / "file").write_text("")
    assert not kernels._writable(tmp_path / "file" / "a")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare")
def test_a_read_only_installation_without_a_home(tmp_path: Path) -> None:
    """The package on a file system that cannot be written: numba itself would refuse to load."""
    fixed = 'mount --bind "$CODE" "$CODE" && mount -o remount,ro,bind "$CODE"'
    code = "import os, winset.theory.war_core; print(os.environ['NUMBA_CACHE_DIR'])"
    given = os.environ | {"CODE": str(PACKAGE), "TMPDIR": str(tmp_path), "HOME": "/proc/none"}
    given = {k: v for k, v in given.items() if k not in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR")}
    ask = ["unshare", "-m", "sh", "-c", f'{fixed} || exit 77; exec "$0" -c "$1"', sys.executable, code]
    done = subprocess.run(ask, capture_output=True, text=True, env=given, cwd=PACKAGE.parent, timeout=120)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no file system can be mounted here")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == tmp_path
