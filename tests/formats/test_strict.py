"""Readers of outside domains and annotations: what is missing, said twice, too large or no plain file is refused by
name."""

import json
import os

import pytest

from tests.cases import case
from tests.formats.test_domains import GENIUS, write
from winset.case.passages import verify
from winset.errors import DossierError, SettingError
from winset.formats.annotation import read_annotations, write_annotations
from winset.formats.folder import read_domain
from winset.settle import settle

SPACE = {
    "issueUtilities": {"a": {"DiscreteValueSetUtilities": {"valueUtilities": {"x": 0.5, "y": 1}}}},
    "issueWeights": {"a": 1},
}
NEGOLOG = {
    "issueWeights": {"a": 0.5, "b": 0.5},
    "issues": {"a": {"x": 1, "y": 0}, "b": {"x": 1}},
    "reservationValue": 0,
}
ITEM = '<item index="2" value="high" evaluation="8"/>'
INTEGER = '<issue index="{i}" name="n{i}" vtype="integer" lowerbound="0" upperbound="100000"/>'


def geniusweb(**changes):
    return {"LinearAdditiveUtilitySpace": SPACE | changes}


@pytest.mark.parametrize(
    "content,word",
    [
        (geniusweb(reservationBid={"issuevalues": ["x"]}), "linear additive"),
        (geniusweb(reservationBid={"issuevalues": 3}), "linear additive"),
        (geniusweb(reservationBid={"issuevalues": {"a": ["x"]}}), "unknown option"),
        (geniusweb(reservationBid={"issuevalues": {"b": "x"}}), "unknown option"),
        (json.dumps(NEGOLOG).replace("0.5", "1" * 5000, 1), "5,000 digits"),
        (json.dumps(NEGOLOG).replace("0.5", "1" * 350, 1), "not a finite number"),
        (json.dumps(NEGOLOG).replace('"x"', '"\\ud800"', 1), "surrogate"),
        (json.dumps(NEGOLOG).replace('"b": 0.5', '"a": 0.5', 1), "'a' stands twice"),
        (json.dumps(NEGOLOG).replace('"y": 0', '"x": 0', 1), "'x' stands twice"),
        (json.dumps(NEGOLOG).replace(', "b": 0.5', ""), "the weight of 'b'"),
        ({**NEGOLOG, "issues": {f"i{n}": {"x": 1} for n in range(2000)}}, "at most 1,000 issues"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "not JSON"),
    ],
    ids=[
        "list",
        "number",
        "list-option",
        "issue",
        "digits",
        "beyond",
        "surrogate",
        "key",
        "option",
        "weight",
        "many",
        "deep",
    ],
)
def test_json_that_cannot_be_meant_is_refused(content, word, tmp_path):
    with pytest.raises(SettingError, match=word):
        read_domain(write(tmp_path / "d", {"p1.json": content}))


def test_json_profiles_with_other_names_are_told_apart(tmp_path):
    other = {**NEGOLOG, "issues": {"a": {"x": 1, "y": 0}, "c": {"x": 1}}, "issueWeights": {"a": 0.5, "c": 0.5}}
    with pytest.raises(SettingError, match=r"p2: .* p1: the issue 'b' is in one of them only"):
        read_domain(write(tmp_path / "d", {"p1.json": NEGOLOG, "p2.json": other}))


@pytest.mark.parametrize(
    "old,new,word",
    [
        ('<weight index="1" value="0.6"/>', "", "no weight for the issue 'price'"),
        (
            '<weight index="1" value="0.6"/>',
            '<weight index="1" value="0.6"/><weight index="1" value="0.7"/>',
            "two weights",
        ),
        ('index="2" name="days"', 'index="1" name="days"', "same index"),
        ('name="days"', 'name="price"', "two issues are named 'price'"),
        ('name="days"', "", "an issue has no name"),
        ('lowerbound="3"', 'lowerbound="4"', "'3' on 'days'"),
        ('upperbound="6"', 'upperbound="7"', "no option '7'"),
        ('upperbound="6"', f'upperbound="{"9" * 3000}"', "a number beyond use"),
        ('upperbound="6"', f'upperbound="{"9" * 5000}"', "no bounds"),
        ('slope="-0.25"', f'slope="{"9" * 5000}"', "not a finite number"),
        (ITEM, ITEM + '<evaluator ftype="linear" slope="1" offset="0"/>', "fits integer issues"),
        (ITEM, ITEM + '<item value="higher" evaluation="9"/>', "no option 'higher'"),
        (ITEM, "", "no evaluation of 'high' on 'price'"),
        ('ftype="linear"', 'ftype="triangular"', "'triangular' of 'days' is not read"),
    ],
)
def test_a_space_that_disagrees_with_the_template_or_guesses_is_refused(old, new, word, tmp_path):
    assert old in GENIUS
    with pytest.raises(SettingError, match=word):
        read_domain(write(tmp_path / "d", {"p1.xml": GENIUS, "p2.xml": GENIUS.replace(old, new)}))


def test_a_space_with_an_issue_more_is_refused(tmp_path):
    issue = (
        '<issue index="3" name="port" vtype="discrete"><item value="o" evaluation="1"/></issue><weight index="3" '
        'value="0"/>'
    )
    more = GENIUS.replace("</objective>", issue + "</objective>")
    with pytest.raises(SettingError, match="no issue 'port'"):
        read_domain(write(tmp_path / "d", {"p1.xml": GENIUS, "p2.xml": more}))


@pytest.mark.parametrize(
    "issues,word",
    [
        ("".join(INTEGER.format(i=i) for i in range(40)), "at most 1,000 issues and 100,000 options"),
        ("".join(f'<issue index="{i}" name="n{i}"><item value="o"/></issue>' for i in range(2000)), "1,001 issues"),
    ],
    ids=["wide", "many"],
)
def test_domains_too_large_to_hold_are_refused_with_the_limit(issues, word, tmp_path):
    with pytest.raises(SettingError, match=word):
        read_domain(
            write(tmp_path / "d", {"p1.xml": f"<utility_space><objective>{issues}</objective></utility_space>"})
        )


def test_the_older_evaluators_and_the_limits_of_genius(tmp_path):
    linear = 'ftype="linear" slope="-0.25" offset="1.0"'
    old = GENIUS.replace(linear, 'ftype="linear" parameter0="-0.3" parameter1="0.2"')
    flat = GENIUS.replace(linear, 'ftype="constant" parameter0="0.4"')
    steep = GENIUS.replace(linear, 'ftype="linear" slope="0.6" offset="-0.1"')
    domain = read_domain(write(tmp_path / "d", {"a.xml": old, "b.xml": flat, "c.xml": steep}))
    values = [p.values[1] for p in domain.profiles]
    assert values[0] == pytest.approx((0.3, 0.5, 0.7, 0.9))  # parameter1 * number + parameter0 at 3, 4, 5, 6
    assert values[1] == (0.4,) * 4 and values[2] == pytest.approx((0.0, 0.5, 1.0, 1.0))
    assert [note[:5] for note in domain.notes] == [
        "a can",
        "c can",
    ] and "GENIUS counts no more than 1" in domain.notes[0]


def test_of_two_evaluations_the_last_stands_and_it_is_told(tmp_path):
    twice = GENIUS.replace(ITEM, '<item index="2" value="high" evaluation="9"/>' + ITEM)
    domain = read_domain(write(tmp_path / "d", {"a.xml": twice}))
    assert domain.profiles[0].values[0] == (0.25, 1.0)
    assert any("the last, 8, stands" in note for note in domain.notes)


@pytest.mark.parametrize("name", ["a.xml", "a.json"])
def test_pipes_devices_folders_and_links_to_themselves_are_refused(name, tmp_path):
    makers = {
        "pipe": os.mkfifo,
        "device": lambda at: os.symlink("/dev/zero", at),
        "folder": os.mkdir,
        "loop": lambda at: os.symlink(at, at),
    }
    for kind, make in makers.items():
        (tmp_path / kind).mkdir()
        make(tmp_path / kind / name)
        with pytest.raises(SettingError, match=name):
            settle(tmp_path / kind)
    os.symlink(tmp_path / "round", tmp_path / "round")
    with pytest.raises(SettingError, match="no folder"):
        settle(tmp_path / "round")


def test_names_of_files_in_any_script_are_put_in_order(tmp_path):
    files = {f"p{n}.json": NEGOLOG for n in ("2", "10", "²", "٣")}
    assert [p.name for p in read_domain(write(tmp_path / "d", files)).profiles] == ["p2", "p٣", "p10", "p²"]


def test_a_pipe_or_a_loop_among_the_sources_is_a_missing_text(tmp_path):
    known = case("harbour")
    for n, source in enumerate(known.sources):
        at = tmp_path / source.file
        at.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(at) if n % 2 else os.symlink(at, at)
    assert set(verify(known, tmp_path).missing) == {source.id for source in known.sources}


@pytest.mark.parametrize(
    "change,word",
    [
        (lambda text: text.replace('"start": ', '"start": ' + "9" * 5000, 1), "digits"),
        (lambda text: text.replace('"start": ', '"start": 1, "start": ', 1), "'start' stands twice"),
        (lambda text: text.replace('"value": "', '"value": "\\udc00', 1), "surrogate"),
    ],
    ids=["digits", "twice", "surrogate"],
)
def test_annotations_are_read_as_strictly(change, word):
    text = json.dumps(write_annotations(case("harbour")))
    assert change(text) != text
    with pytest.raises(DossierError, match=word):
        read_annotations(change(text))
