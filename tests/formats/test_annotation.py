"""Passages as Web Annotations: what goes out comes back equal, and what cannot be used is named."""

import json

import pytest

from tests.cases import NAMES, case
from winset.errors import DossierError
from winset.formats.annotation import read_annotations, write_annotations


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


def test_import_adds_what_is_new_and_touches_nothing_else(tmp_path):
    import shutil

    from tests.cases import ROOT
    from winset.formats.annotation_import import add_passages

    shutil.copytree(ROOT / "cases" / "harbour", tmp_path / "c")
    passages = case("harbour").passages
    assert add_passages(tmp_path / "c", passages) == (0, len(passages))
    extra = passages[0].model_copy(update={"id": "x01", "gist": 'With a comma, and "quotes".'})
    assert add_passages(tmp_path / "c", [extra]) == (1, 0)
    before = (tmp_path / "c" / "passages.csv").read_bytes()
    clash = passages[0].model_copy(update={"sha256": "0" * 64})
    with pytest.raises(DossierError, match="another passage"):
        add_passages(tmp_path / "c", [extra.model_copy(update={"id": "x02"}), clash])
    assert (tmp_path / "c" / "passages.csv").read_bytes() == before
    assert b"x01" in before
