"""Passages as Web Annotations: what goes out comes back equal, and what cannot be used is named."""

import csv
import json

import pytest

from tests.case.broken import copy
from tests.cases import NAMES, case
from winset.case.load import load
from winset.errors import DossierError
from winset.formats.annotation import read_annotations, write_annotations
from winset.formats.annotation_import import add_passages


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_is_equal(name):
    page = write_annotations(case(name))
    assert page["type"] == "AnnotationPage" and len(page["items"]) == len(case(name).passages)
    assert read_annotations(json.dumps(page)) == case(name).passages


def test_one_annotation_and_a_list_are_read_too():
    items = write_annotations(case("harbour"))["items"]
    assert read_annotations(json.dumps(items[0])) == case("harbour").passages[:1]
    assert read_annotations(json.dumps(items[:3])) == case("harbour").passages[:3]


@pytest.mark.parametrize("text", ["{", "[" * 5000, "3", '{"items": 3}', '[{"id": "x"}]', "[null]"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(DossierError):
        read_annotations(text)


def test_every_bad_annotation_is_named():
    items = write_annotations(case("harbour"))["items"]
    items[1]["winset:sha256"] = "no"
    items[2]["target"]["selector"]["start"] = -4
    del items[3]["body"]
    with pytest.raises(DossierError) as caught:
        read_annotations(json.dumps(items))
    told = str(caught.value)
    assert "annotation 2" in told and "annotation 3" in told and "annotation 4" in told


def harbour_without(tmp_path, passage):
    """A copy of the case whose passages.csv lacks a row, and the bytes of that file."""
    folder = copy(tmp_path)
    lines = (folder / "passages.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [x for x in lines if not x.startswith(f"{passage},")]
    assert len(kept) == len(lines) - 1
    (folder / "passages.csv").write_text("".join(kept), encoding="utf-8")
    return folder, (folder / "passages.csv").read_bytes()


def test_import_adds_what_is_new_and_touches_nothing_else(tmp_path):
    passages = case("harbour").passages
    assert add_passages(copy(tmp_path / "a"), passages) == (0, len(passages))
    folder, before = harbour_without(tmp_path / "b", "s07")
    assert add_passages(folder, passages) == (1, len(passages) - 1)
    after = (folder / "passages.csv").read_bytes()
    assert (
        after.startswith(before)
        and after[len(before) :].startswith(b"s07,")
        and after.count(b"\n") == before.count(b"\n") + 1
    )
    assert set(load(folder).passages) == set(passages)


def test_import_keeps_the_order_of_columns_and_the_ends_of_lines(tmp_path):
    folder, _ = harbour_without(tmp_path, "s07")
    table = list(csv.reader((folder / "passages.csv").read_text(encoding="utf-8").splitlines()))
    with (folder / "passages.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row[::-1] for row in table)
    before = (folder / "passages.csv").read_bytes().removesuffix(b"\r\n")
    (folder / "passages.csv").write_bytes(before)
    assert add_passages(folder, case("harbour").passages)[0] == 1
    after = (folder / "passages.csv").read_bytes()
    assert after.startswith(before + b"\r\n") and after.count(b"\n") == after.count(b"\r\n")
    assert set(load(folder).passages) == set(case("harbour").passages)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id": "x01"}, "the passage x01 is not used"),
        ({"source": "nobody"}, "unknown source 'nobody'"),
        ({"end": 10_000, "start": 9_900}, "ends beyond the text"),
        ({"start": 100, "end": 110}, "a passage has 20 to 400"),
        ({"gist": "two\x1b[31m words"}, "control character U\\+001B"),
    ],
)
def test_a_passage_with_which_the_case_would_not_load_is_refused_and_nothing_changes(change, what, tmp_path):
    folder, before = harbour_without(tmp_path, "s07")
    bad = case("harbour").passage["s07"].model_copy(update=change)
    sound = case("harbour").passage["s01"]
    with pytest.raises(DossierError, match=what):
        add_passages(folder, [sound, bad])
    assert (folder / "passages.csv").read_bytes() == before
    assert not [p.name for p in folder.iterdir() if p.name.startswith(".")]


def test_an_id_that_stands_for_two_passages_is_refused(tmp_path):
    folder, before = harbour_without(tmp_path, "s07")
    one = case("harbour").passage["s07"]
    for pair in (
        [one, one.model_copy(update={"sha256": "0" * 64})],
        [case("harbour").passage["s01"].model_copy(update={"sha256": "0" * 64})],
    ):
        with pytest.raises(DossierError, match="another passage"):
            add_passages(folder, pair)
    assert (folder / "passages.csv").read_bytes() == before
