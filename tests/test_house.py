"""What CONTRIBUTING.md promises of every file and no linter asks for."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST, WIDEST = 400, 120
FILES = {
    str(file.relative_to(ROOT)): file.read_text(encoding="utf-8").split("\n")
    for part in ("winset", "tests", "benchmarks", "scripts", "docs")
    for file in (ROOT / part).rglob("*.py")
}


def test_no_file_is_long() -> None:
    assert len(FILES) > 400
    assert [name for name, lines in FILES.items() if len(lines) - 1 > MOST] == []


def test_no_line_is_wide() -> None:
    """The linter lets a line that ends in a remark for it be longer."""
    assert [
        f"{name}:{at}" for name, lines in FILES.items() for at, line in enumerate(lines, 1) if len(line) > WIDEST
    ] == []
