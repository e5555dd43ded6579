"""What `cite` prints: sources, and the works behind `report:` bases, each once, those without a publisher counted."""

import re

import pytest

from tests.cases import NAMES, ROOT, case
from winset.report.bibliography import Work, bibtex, reports, work


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gazette, 2024-09-07", Work("Gazette", "", "2024-09-07")),
        ("Gazette, Notes, vol. 3, 2024", Work("Gazette", "Notes, vol. 3", "2024")),
        ("Project of Wars, 4.0", Work("Project of Wars", "4.0", "")),
        ("broadcast live", Work("broadcast live", "", "")),
        ("publisher unknown, 2024-05", Work("publisher unknown", "", "2024-05")),
    ],
)
def test_the_parts_of_a_report(text, found):
    assert work(text) == found


@pytest.mark.parametrize("name", NAMES)
def test_every_report_in_the_files_is_cited_once(name):
    """Against the files themselves: every text after `report:` in any file of the case."""
    texts = set()
    for path in (ROOT / "cases" / name).iterdir():
        if path.suffix in (".csv", ".yaml") and path.name != "series.yaml":
            for found in re.findall(
                r"report: ([^|\"\n]+?)\s*(?=\||\"|\n|'$|',|'\}|,[^ ])", path.read_text(encoding="utf-8"), re.M
            ):
                texts.add(found.strip(" '"))
    known, unknown = reports(case(name))
    assert {work(t) for t in texts} == {*known, *unknown}
    text = bibtex(case(name))
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.M)
    assert len(keys) == len(set(keys)) and sum("-report-" in k for k in keys) == len(known)
    if unknown:
        assert (
            f"% publisher unknown: reports {len(unknown)}, bases that rest on them {sum(unknown.values())} (dated "
            in text
        )


def test_harbour():
    text = bibtex(case("harbour"))
    assert "@misc{harbour-report-merrin-gazette-2024-09-07,\n  author = {{Merrin Gazette}}" in text
    assert text.rstrip().endswith("% publisher unknown: reports 1, bases that rest on them 1 (dated 2024-05)")
