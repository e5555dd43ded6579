"""The plan lab of the page: what it carries, and in Chromium that it says the same as winset, by hand and by
keyboard."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
import random
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.cases import case
from tests.derive.deal.test_bench import packages
from tests.derive.deal.test_sides import signing
from tests.report import sample
from tests.report.conftest import CHROMIUM
from tests.report.pages import resize
from winset import run as engine
from winset.case import model as m
from winset.case.patch import combine, read_patches
from winset.derive.deal.bench import Bench
from winset.derive.deal.laid import laid
from winset.report import Report, report_of, to_html, to_json
from winset.report.lab import LETTERS, data, plans

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (set CHROMIUM to its path)"),
]


def hostile(whole: m.Case) -> m.Case:
    """The case with hostile text in every name that the lab shows."""
    bad = sample.HOSTILE + " # : | - \u2028\u0085 &amp; "
    return dataclasses.replace(
        whole,
        actors=tuple(a.model_copy(update={"name": a.name + bad}) for a in whole.actors),
        issues=tuple(
            i.model_copy(
                update={
                    "name": i.name + bad,
                    "question": bad,
                    "options": tuple(o.model_copy(update={"label": o.label + bad}) for o in i.options),
                }
            )
            for i in whole.issues
        ),
        plans=tuple(p.model_copy(update={"name": p.name + bad}) for p in whole.plans),
        rules=tuple(r.model_copy(update={"why": bad}) for r in whole.rules),
    )


@cache
def report(name: str) -> Report:
    made = {"plain": case("harbour"), "hostile": hostile(case("harbour")), "ally": signing(0.5)}[name]
    study = engine.study(made, draws=96, seed=2)
    return Report(case=study.known, results=(), settings=engine.settings(study), lab=laid(study))


def held(name: str = "plain") -> Bench:
    made = report(name).lab
    assert isinstance(made, Bench)
    return made


def test_what_the_page_carries_is_the_bench():
    read, made = json.loads(str(data(report("plain")))), held()

    def column(text: str) -> np.ndarray:
        place = np.array([LETTERS.index(c) for c in text]).reshape(-1, 3)
        return place @ np.array([len(LETTERS) ** 2, len(LETTERS), 1])

    def bits(text: str) -> np.ndarray:
        packed = np.frombuffer(base64.b64decode(text), np.uint8)
        return np.unpackbits(packed, bitorder="little")[: made.draws].astype(bool)

    codes = np.array([[column(read["columns"][at]) for at in own] for own in read["worth"]])
    assert np.array_equal(codes, made.code)
    assert np.array_equal(np.array(read["low"]), made.low) and np.array_equal(np.array(read["step"]), made.step)
    assert np.array_equal(np.array([np.frombuffer(base64.b64decode(t), "<f8") for t in read["base"]]), made.base)
    for own, line in zip(read["red"], made.red):
        for at, row in zip(own, line):
            assert np.array_equal(bits(read["bits"][at]) if at >= 0 else np.zeros(made.draws, bool), row)
    assert [(n["issue"], n["option"], tuple(n["home"])) for n in read["needs"]] == [
        (n.issue, n.option, n.home) for n in made.needs
    ]


def test_the_page_has_one_lab_and_says_why_where_there_is_none():
    page = to_html(report("plain"))
    assert page.count('<section id="lab"') == 1 and "needs script" in page
    bare = to_html(dataclasses.replace(report("plain"), lab="There is no plan to start from."))
    assert "There is no plan lab in this report. There is no plan to start from." in bare
    assert "lab-data" not in bare and len(re.findall("<script", bare)) == 1
    assert "This report was made without one." in to_html(Report(case=case("harbour"), results=()))


def test_a_study_has_a_lab_where_the_plans_are_judged():
    study = engine.study(case("harbour"), draws=8)
    asked = report_of(study, [study.look("ledger")])
    assert isinstance(asked.lab, str) and "settlement" in asked.lab
    fewer = tuple(f for f in case("harbour").figures if f.quantity != "attention")
    lacking = engine.study(dataclasses.replace(case("harbour"), figures=fewer, digest="lacking"), draws=8)
    told = report_of(lacking, [lacking.look("settlement")])
    assert isinstance(told.lab, str) and "winset verify" in told.lab and told.lab.count(".") < 8


def test_hostile_names_end_nothing():
    text = str(data(report("hostile")))
    assert "<" not in text and "\u202e" not in text and "\x1b" not in text
    assert "</script><script>alert(1)" in json.loads(text)["plans"][0]["name"]


def test_the_json_says_of_the_plans_what_the_lab_says():
    told, made = json.loads(to_json(report("plain")))["lab"], held()
    assert told["draws"] == made.draws and set(told["plans"]) == {p.id for p in case("harbour").plans}
    said = made.evaluate(made.plan(case("harbour").plan["merrin-draft-2"]))
    assert told["plans"]["merrin-draft-2"]["signs"] == pytest.approx(said.signs, abs=1e-11)
    assert plans(Report(case=case("harbour"), results=())) == {}


# in Chromium


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("lab")
    for name in ("plain", "hostile", "ally"):
        (made / f"{name}.html").write_text(to_html(report(name)), encoding="utf-8")
    return made


@pytest.fixture
def visit(chromium, folder):
    """Open a page; at the end nothing may have been asked of the network and nothing said on the console."""
    contexts, faults = [], []

    def visit(name="plain", width=1280, **settings):
        context = chromium.new_context(viewport={"width": width, "height": 800}, offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: faults.append(r.url) if not r.url.startswith("file:") else None)
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.goto((folder / f"{name}.html").as_uri())
        page.evaluate("for (const fold of document.querySelectorAll('.lab-fold')) fold.open = true")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


def browser(test):
    for mark in needs_browser:
        test = mark(test)
    return test


def choose(page, package):
    """Choose the options in the page, one after another."""
    made = held()
    for j, (issue, options) in enumerate(zip(made.issues, made.options)):
        option = package.get(issue.id)
        page.select_option(f"#lab-c-{j}", "-1" if option is None else str(options.index(option)))


@browser
@pytest.mark.parametrize("name", ["plain", "ally"])
def test_the_page_says_what_winset_says(visit, name):
    page, made = visit(name), held(name)
    asked = [*packages(made.issues, 200, seed=7), *(made.plan(p) for p in report(name).case.plans), {}]
    told = page.evaluate("all => all.map((package) => window.winset.lab.evaluate(package))", asked)
    for package, said in zip(asked, told):
        ours = dataclasses.asdict(made.evaluate(package))
        assert said.keys() == ours.keys()
        for key in ("signs", "ratifies", "margin"):
            assert said[key] == pytest.approx(ours[key], abs=1e-9)
        assert said["passes"] == pytest.approx(ours["passes"], abs=1e-9)
    same = (
        "window.winset.lab.evaluate({canal: 'silent', fleet: null}).margin.tavenna === "
        "window.winset.lab.evaluate({}).margin.tavenna"
    )
    assert page.evaluate(same)
    for wrong in ("{canal: 'deferred'}", "{port: 'open'}"):
        assert page.evaluate(
            f"(() => {{ try {{ window.winset.lab.evaluate({wrong}) }} catch (e) {{ return e.message }} }})()"
        )


@browser
def test_a_change_is_judged_at_once_and_undone(visit):
    page, made = visit(), held()
    plan = made.plan(case("harbour").plans[0])
    before = page.inner_text("#lab-live")
    choose(page, plan | {"harbour": "tavenna-rule"})
    said = made.evaluate(plan | {"harbour": "tavenna-rule"})
    assert f"{said.signs['tavenna']:.0%}" in page.inner_text("#lab-live")
    while page.is_enabled("#lab-undo"):
        page.click("#lab-undo")
    assert page.inner_text("#lab-live") == before


@browser
def test_the_next_best_change_and_the_fewest_stand_against_brute_force(visit):
    page, made = visit(), held()
    start = made.plan(case("harbour").plan["merrin-draft-2"])
    page.select_option("#lab-start", label="Merrin's second draft")

    def passes(package):
        return made.evaluate(package).passes

    single = [start | {i.id: o} for i, own in zip(made.issues, made.options) for o in own if o != start[i.id]]
    best = max(map(passes, single))
    page.wait_for_selector("#lab-next button")
    page.locator("#lab-next button").first.click()
    shown = page.evaluate("document.getElementById('lab-live').textContent")
    assert best > passes(start) and f"passes in {best:.0%}" in shown
    page.click("#lab-undo")
    page.select_option("#lab-wanted", "0.1")
    page.click("#lab-search")
    page.wait_for_selector("#lab-fewest button, #lab-fewest li")
    told = page.inner_text("#lab-fewest")
    every = (dict(zip([i.id for i in made.issues], row)) for row in itertools.product(*made.options))
    least = min(sum(row[i] != start[i] for i in row) for row in every if passes(row) >= 0.1)
    assert told.startswith(f"{least} change")
    page.click("#lab-fewest button")
    chosen = page.evaluate("[...document.querySelectorAll('.lab-clauses select')].map((s) => [s.id.slice(6), s.value])")
    package = {made.issues[int(j)].id: made.options[int(j)][int(k)] if int(k) >= 0 else None for j, k in chosen}
    assert passes(package) >= 0.1


@browser
@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_a_copied_patch_is_read_and_gives_the_same_package(visit, name, tmp_path):
    page, made = visit(name), held(name)
    luck = random.Random(4)
    wanted = {i.id: luck.choice([None, *o]) for i, o in zip(made.issues, made.options)}
    page.select_option("#lab-start", "2")
    choose(page, wanted)
    page.fill("#lab-why", 'so "that" # they: talk\\ </textarea> \u2028 - | >')
    text = page.input_value("#lab-patch")
    file = tmp_path / "lab.yaml"
    file.write_text(text, encoding="utf-8")
    (patch,) = read_patches(file)
    assert patch.kind == "amendment" and patch.basis.startswith("judgement: ")
    assert 'so "that" # they: talk\\ </textarea>' in patch.why
    if name == "hostile":
        assert "<img src=x onerror=alert(2)>" in patch.title
    whole = report(name).case
    after = combine(whole, [patch]).plan[whole.plans[2].id]
    assert made.places(made.plan(after)) == made.places(wanted)
    assert page.input_value("#lab-code").replace("-", "").isalnum()


@browser
def test_a_plan_that_ends_a_scale_is_no_target_of_a_patch(visit):
    page = visit()
    page.select_option("#lab-start", label="All that Sarrow asks (a benchmark: it marks the end of a scale)")
    assert '"merrin-draft-1":' in page.input_value("#lab-patch") and "sarrow-terms" not in page.input_value(
        "#lab-patch"
    )
    page.select_option("#lab-start", "0")
    assert page.is_disabled("#lab-copy") and "nothing to change" in page.input_value("#lab-patch")


@browser
def test_codes_class_and_teaching(visit):
    page = visit()
    choose(page, {"canal": "open", "fleet": "patrol"})
    code = page.input_value("#lab-code")
    page.check("#lab-blind")
    page.fill("#lab-class", f"Ana {code}\nBo nonsense\n{code.upper().replace('-', ' - ').replace(' ', '')}")
    assert page.inner_text("#lab-class-said") == "2 packages read. Not a code of this case: line 2."
    assert page.locator(".lab-told:visible").count() == 0 and "%" not in page.inner_text("#lab")
    page.click("#lab-reveal")
    assert page.locator("#lab-class-table tbody tr").count() == 2 and page.locator("#lab-picture .class").count() == 2
    page.select_option("#lab-c-0", "0")
    page.fill("#lab-load", code)
    page.click("#lab-load-go")
    assert page.input_value("#lab-code") == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page.fill("#lab-load", wrong)
    page.click("#lab-load-go")
    assert page.inner_text("#lab-load-said") == "That is not a code of this case."


@browser
def test_two_packages_are_compared(visit):
    page = visit()
    page.click("#lab-keep")
    page.select_option("#lab-c-0", "2")
    assert page.locator("#lab-both tbody tr").count() == 1 + 3 * 2
    assert page.locator("#lab-differ li").count() == 1
    now = page.input_value("#lab-code")
    page.click("#lab-swap")
    assert page.input_value("#lab-code") != now
    page.click("#lab-drop")
    assert page.locator("#lab-compare").is_hidden()


@browser
def test_by_keyboard_alone(visit):
    page = visit()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "lab-c-3":
            break
    else:
        pytest.fail("no clause was reached by the Tab key")
    before = page.input_value("#lab-code")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#lab-code") != before
    assert page.evaluate("document.activeElement.id") == "lab-c-3"
    page.focus("#lab-undo")
    page.keyboard.press("Enter")
    assert page.input_value("#lab-code") == before


@browser
@pytest.mark.parametrize("name", ["plain", "hostile", "ally"])
def test_it_fits_the_screen_and_the_finger(visit, name):
    page = visit(name, 320)
    page.click("#lab-keep")
    page.select_option("#lab-c-0", "1")
    page.fill("#lab-class", page.input_value("#lab-code"))
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    small = """[...document.querySelectorAll('#lab :is(button, select, input, textarea)')].filter((n) => n.offsetParent)
        .map((n) => n.getBoundingClientRect()).filter((r) => r.width < 24 || r.height < 24).length"""
    for width in (320, 390, 1280):
        resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(small) == 0, width
    unnamed = (
        "[...document.querySelectorAll('#lab :is(select, input, textarea)')].filter((n) => !n.labels.length).length"
    )
    assert page.evaluate(unnamed) == 0


@browser
def test_hostile_names_do_nothing(visit):
    page = visit("hostile")
    assert "<script>alert(1)</script>" in page.inner_text("#lab")
    assert page.locator("#lab img, #lab iframe, #lab script:not([type])").count() == 0


@browser
def test_without_script_it_says_so_and_in_print_it_is_left_out(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("#lab noscript").is_visible() and page.locator("#lab-start").is_hidden()
    page = visit()
    page.emulate_media(media="print")
    assert page.locator("#lab").is_hidden()
