from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import altair as alt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError

from tests.report import sample
from winset.report import charts
from winset.report.encoding import COLOURS
from winset.report.layout import BESIDE, HALF, label_places, meets, node_places, shortened, wrapped
from winset.report.letters import length
from winset.report.tables import heat_levels, melt, pivot
from winset.result import Cited, plain

SAMPLE = sample.result()
KINDS = {c.key: (c, SAMPLE.table(c.table)) for c in SAMPLE.charts}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("width", [350, 680])
def test_specification_keeps_the_vega_lite_schema(key, width):
    spec = charts.specify(*KINDS[key], width)
    alt.Chart.from_dict(spec, validate=True)


def test_a_wrong_specification_breaks_the_schema():
    spec = charts.specify(*KINDS["gains-c"])
    with pytest.raises(ValidationError):
        alt.Chart.from_dict({**spec, "layer": [{"mark": "no such mark"}]}, validate=True)


def test_what_vega_drew_is_kept_and_changes_no_byte(monkeypatch):
    class Shelf(dict):
        put = dict.__setitem__

    shelf, picture = Shelf(), KINDS["gains-c"]
    plain = charts.to_svg(*picture)
    with charts.kept(shelf):
        first, other = charts.to_svg(*picture), charts.to_svg(*picture, width=350)
    monkeypatch.setattr(charts.vl_convert, "vegalite_to_svg", lambda *_, **__: pytest.fail("drawn again"))
    with charts.kept(shelf):
        again = charts.to_svg(*picture)
    assert plain == first == again != other and len(shelf) == 2


@pytest.mark.parametrize("key", KINDS)
def test_svg_is_well_formed_and_the_same_twice(key):
    svg = charts.to_svg(*KINDS[key])
    root = ElementTree.fromstring(svg)
    assert root.tag == SVG + "svg" and root.find(SVG + "title").text == KINDS[key][0].title
    assert "NaN" not in svg and "undefined" not in svg
    assert charts.to_svg(*KINDS[key]) == svg


def test_every_kind_of_chart_is_drawn():
    assert {c.kind for c, _ in KINDS.values()} == set(charts.DRAW)


def test_ids_of_two_charts_do_not_clash():
    ids = [set(re.findall(r'\bid="([^"]+)"', charts.to_svg(c, t, w))) for c, t in KINDS.values() for w in (350, 680)]
    assert sum(map(len, ids)) == len(set().union(*ids)) > 0


@pytest.mark.parametrize("index", range(len(SAMPLE.charts)))
def test_hostile_text_stays_text_in_svg(index):
    result = sample.result(sample.HOSTILE)
    chart = result.charts[index]
    svg = charts.to_svg(chart, result.table(chart.table))
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in {
            "svg",
            "g",
            "path",
            "text",
            "tspan",
            "rect",
            "line",
            "title",
            "desc",
            "defs",
            "clipPath",
        }
        assert not [a for a in node.attrib if a.startswith("on") or a in ("href", "style")]


def test_colours_are_variables_of_the_page():
    for chart, table in KINDS.values():
        drawn = set(re.findall(r'(?:fill|stroke)="([^"]+)"', charts.to_svg(chart, table)))
        assert {c for c in drawn if not c.startswith("var(--")} <= {"none", "transparent", "currentColor"}, chart.kind


def test_bars_have_the_values_as_lengths():
    svg = ElementTree.fromstring(charts.to_svg(*KINDS["gains-c"]))
    texts = ["".join(t.itertext()) for t in svg.iter(SVG + "text")]
    assert "0.25" in texts and "−0.12" in texts
    bars = [p.get("d", "") for p in svg.iter(SVG + "path") if p.get("fill") in COLOURS and not p.get("transform")]
    ends = [[float(x) for x in re.findall(r"([-\d.]+),[-\d.]+", d)] for d in bars]
    wide, narrow = (max(x) - min(x) for x in ends)
    assert wide == pytest.approx(2 * narrow, rel=0.01)
    assert min(ends[0]) == pytest.approx(max(ends[1]))  # both start at nought, on its two sides


def test_without_rows_says_so():
    chart, table = KINDS["curve-c"]
    assert "nothing to draw" in charts.to_svg(chart, replace(table, rows=()))


def test_wide_matrix_is_the_same_as_its_long_form():
    chart, table = KINDS["wide-c"]
    long_chart, long = melt(chart, table)
    assert [plain(row[2]) for row in long.rows] == [0.1, 0.9, 0.55, 0.45]
    assert melt(long_chart, long) == (long_chart, long)
    assert [tuple(map(plain, row)) for row in pivot(chart, table).rows] == [
        ("First draft", 0.1, 0.9),
        ("Second draft", 0.55, 0.45),
    ]


def test_pivot_keeps_what_a_cell_rests_on():
    wide = pivot(*KINDS["odds-c"])
    assert [c.label for c in wide.columns] == ["Plan", "North", "South"]
    assert wide.rows[0][1] == Cited(0.5 / 6, ("south.no_deal",))


@given(st.lists(st.one_of(st.floats(0, 1), st.none(), st.just(float("nan"))), max_size=20))
def test_heat_levels_rise_with_the_share(values):
    levels = heat_levels(values, share=True)
    pairs = [(v, k) for v, k in zip(values, levels) if k is not None]
    assert all(k == min(6, int(7 * v)) for v, k in pairs)
    assert len(pairs) == sum(v is not None and v == v for v in values)


REACH = (-6.0, 6.0)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.text("abc ", max_size=30)), min_size=1, max_size=15))
def test_labels_of_a_frontier_are_placed_once_name_one_point_and_meet_no_other(points):
    rows = [{"x": x, "y": y, "label": text.strip(), "at": i} for i, (x, y, text) in enumerate(points)]
    own = [r["at"] for r in rows if r["label"] and sum(q["label"] == r["label"] for q in rows) == 1]
    groups = label_places(rows, (600, 360), REACH, REACH)
    placed = [r["at"] for group in groups.values() for r in group]
    assert len(set(placed)) == len(placed) and set(placed) <= set(own) and bool(placed) == bool(own)
    boxes = []
    for (align, down), group in groups.items():
        for r in group:
            x, y = 600 * (r["x"] + 6) / 12, 360 * (6 - r["y"]) / 12 + down
            left = x + BESIDE if align == "left" else x - BESIDE - length(r["label"])
            box = (left, y - HALF, left + length(r["label"]), y + HALF)
            assert box[0] >= 0 and box[2] <= 600 and box[1] >= 0 and box[3] <= 360 and not meets(box, boxes)
            boxes.append(box)


def test_labels_at_one_point_are_shifted_apart():
    rows = [{"x": 1.0, "y": 1.0, "label": name} for name in "abcdefghijkl"]
    groups = label_places(rows, (600, 360), REACH, REACH)
    assert len(groups) == 10 and all(len(group) == 1 for group in groups.values())


@given(st.text(max_size=40), st.floats(20, 200))
def test_a_shortened_line_has_room(text, room):
    made = shortened(text, room)
    assert length(made) <= room and (made == text or made.endswith("…"))


def test_layout_of_a_network():
    apart = node_places(["a", "b"], ["c"])
    assert {x for x, _ in apart.values()} == {-1.0, 1.0}
    round_ = node_places(["a", "b"], ["b", "c"])
    assert len(set(round_.values())) == 3 and all(abs(x * x + y * y - 1) < 1e-12 for x, y in round_.values())


@settings(max_examples=80)
@given(st.lists(st.text("ab ", min_size=1, max_size=60), max_size=12), st.integers(5, 20), st.integers(1, 3))
def test_wrapped_labels_fit_and_stay_apart(texts, width, lines):
    made = wrapped(texts, width, lines)
    assert set(made) == set(texts) and len(set(made.values())) == len(made)
    for form in made.values():
        assert len(form.rstrip().split("\n")) <= lines
        assert all(len(line.rstrip()) <= width for line in form.split("\n"))
