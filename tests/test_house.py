"""What CONTRIBUTING.md promises of every file and no linter asks for."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 400


def test_no_file_is_long() -> None:
    files = [f for part in ("winset", "tests", "benchmarks", "scripts", "docs") for f in (ROOT / part).rglob("*.py")]
    assert len(files) > 400
    assert [str(f.relative_to(ROOT)) for f in files if len(f.read_text(encoding="utf-8").splitlines()) > MOST] == []
