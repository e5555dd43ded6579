"""GENIUS XML (Lin et al. 2014): a template of issues and one utility space per party, read on GENIUS's own scale.

A discrete option is worth its evaluation divided by the issue's largest evaluation, so an issue whose evaluations are
negative throughout would be turned round and is refused (where all are 0, every option is worth 0); an integer issue with a linear
evaluator is worth slope * (number - lowerbound) + offset; weights stand as they are written; the reservation value is
on the same scale. Discounting is not part of a one-off deal and is left out. Non-linear utility spaces
(hyper-rectangles) are read by `genius_nonlinear`: their clauses interact, so they make no additive domain.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from winset.errors import Problem, SettingError
from winset.formats.domain import Domain, Profile
from winset.formats.texts import natural, read_text
from winset.writing import KEY

LARGEST_RANGE = 100_000


def read_genius(paths: Sequence[Path]) -> Domain:
    """The domain of a template and its utility spaces, profiles in the order of their file names.

    Raises SettingError with the file's name for XML that cannot be used.
    """
    template, spaces = None, []
    for path in sorted(paths, key=lambda p: natural(p.name)):
        if path.name == "pareto.xml":  # by GENIUS's custom a list of outcomes, not always XML
            continue
        root = parse_xml(path)
        if root.tag == "negotiation_template":
            template = (path, root)
        elif root.tag == "utility_space" and root.find(".//issue") is not None:
            if root.get("type") == "nonlinear" or root.find(".//hyperRectangle") is not None:
                raise SettingError(
                    f"{path.name}: a non-linear utility space has no additive profile; `winset settle` solves small ones"
                )
            spaces.append((path, root))
    if len(spaces) > 1 and template is None and spaces[0][1].find(".//item[@evaluation]") is None:
        template = spaces.pop(0)
    if not spaces:
        raise SettingError("no GENIUS utility space among the files; a folder holds a template and one file a party")
    issues = options_of(*(template or spaces[0]))
    profiles = tuple(_profile(path, root, issues) for path, root in spaces)
    name = (template or spaces[0])[0].stem
    return Domain(name, tuple(issues), tuple(tuple(o) for o in issues.values()), profiles)


def parse_xml(path: Path) -> ET.Element:
    """The root element. Raises SettingError for what is not XML or declares entities."""
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SettingError(f"{path.name}: a document type or entity is not allowed")
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:
        raise SettingError(f"{path.name}: not XML: {error}") from None


def options_of(path: Path, root: ET.Element) -> dict[str, list[str]]:
    """Options of every issue by name, without repeats, in the order of the file."""
    issues: dict[str, list[str]] = {}
    for issue in root.iter("issue"):
        name = issue.get("name", "")
        if (issue.get("vtype") or issue.get("type")) == "integer":
            low, high = integer_range(path, issue)
            issues[name] = [str(n) for n in range(low, high + 1)]
        else:
            issues[name] = list(dict.fromkeys(item.get("value", "") for item in issue.findall("item")))
        if not issues[name]:
            raise SettingError(f"{path.name}: the issue {name!r} has no options (real-valued issues are not read)")
    return issues


def integer_range(path: Path, issue: ET.Element) -> tuple[int, int]:
    """Lowest and highest number of an integer issue."""
    bounds = issue.find("range")
    node = issue if issue.get("lowerbound") is not None or bounds is None else bounds
    try:
        low, high = int(node.get("lowerbound", "")), int(node.get("upperbound", ""))
    except ValueError:
        raise SettingError(f"{path.name}: the integer issue {issue.get('name')!r} has no bounds") from None
    if not 0 <= high - low <= LARGEST_RANGE:
        raise SettingError(f"{path.name}: the range {low} to {high} of {issue.get('name')!r} cannot be used")
    return low, high


def _profile(path: Path, root: ET.Element, issues: dict[str, list[str]]) -> Profile:
    weight = {w.get("index"): number(path, w.get("value")) for w in root.iter("weight")}
    nodes = {issue.get("name"): issue for issue in root.iter("issue")}
    weights, values = [], []
    for name, options in issues.items():
        if name not in nodes:
            raise SettingError(f"{path.name}: no issue {name!r}, which the template has")
        node = nodes[name]
        weights.append(weight.get(node.get("index"), 0.0))
        linear = node.find("evaluator")
        if linear is not None and linear.get("slope") is not None:
            low, _ = integer_range(path, node)
            slope, offset = number(path, linear.get("slope")), number(path, linear.get("offset"))
            values.append(tuple(slope * (int(o) - low) + offset for o in options))
            continue
        worth = {i.get("value", ""): number(path, i.get("evaluation")) for i in node.findall("item")}
        if lacking := [o for o in options if o not in worth]:
            raise SettingError(f"{path.name}: no evaluation of {lacking[0]!r} on {name!r}")
        top = max(worth.values())
        if top <= 0 and any(worth.values()):
            raise SettingError(str(_upside_down(path, name, top)))
        values.append(tuple(worth[o] / top if top else 0.0 for o in options))
    reservation = root.find(".//reservation")
    reserve = number(path, reservation.get("value")) if reservation is not None else 0.0
    return Profile(path.stem, tuple(weights), tuple(values), reserve)


def _upside_down(path: Path, issue: str, top: float) -> Problem:
    what = f"the largest evaluation on {issue!r} is {top:g}; divided by it, the worst option would come out best"
    return Problem(
        path.name, _line(path, issue), what, "add one number to all evaluations of the issue, so that none is negative"
    )


def _line(path: Path, issue: str) -> int | None:
    """The line on which an issue of an XML file begins."""
    found: list[int] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "issue" and attributes.get("name", "") == issue:
            found.append(parser.CurrentLineNumber)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(read_text(path).encode(), True)
    return found[0] if found else None


def number(path: Path, text: str | None) -> float:
    """A finite number. Raises SettingError that names the file."""
    try:
        value = float(text if text is not None else "nan")
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):
        raise SettingError(f"{path.name}: {text!r} is not a finite number")
    return value


def write_genius(domain: Domain) -> dict[str, str]:
    """Template and utility spaces as file names and texts. Evaluations are written so that each issue's largest is 1.

    Raises SettingError for a profile with a negative value, which GENIUS has no place for.
    """
    files = {"domain.xml": _xml(domain, None)}
    for n, profile in enumerate(domain.profiles):
        if min(min(v) for v in profile.values) < -1e-12:
            raise SettingError(
                f"{profile.name}: a negative value has no place in GENIUS XML; write geniusweb or negolog"
            )
        files[f"profile{n + 1}.xml"] = _xml(domain, profile)
    return files


def _xml(domain: Domain, profile: Profile | None) -> str:
    tag = "utility_space" if profile else "negotiation_template"
    lines = [f'<{tag} {KEY}="winset">'] + (
        [] if profile else [f'<utility_space number_of_issues="{len(domain.issues)}">']
    )
    lines.append(f'<objective index="0" type="objective" etype="objective" name={quoteattr(domain.name)}>')
    weights = []
    for j, (issue, options) in enumerate(zip(domain.issues, domain.options)):
        lines.append(
            f'<issue index="{j + 1}" name={quoteattr(issue)} vtype="discrete" type="discrete" etype="discrete">'
        )
        top = max(profile.values[j]) if profile else 1.0
        for k, option in enumerate(options):
            worth = f' evaluation="{profile.values[j][k] / top if top > 0 else 0.0!r}"' if profile else ""
            lines.append(f'<item index="{k + 1}" value={quoteattr(option)}{worth}/>')
        lines.append("</issue>")
        if profile:
            weights.append(f'<weight index="{j + 1}" value="{profile.weights[j] * top!r}"/>')
    lines += [*weights, "</objective>"]
    if profile:
        lines += ['<discount_factor value="1.0"/>', f'<reservation value="{profile.reserve!r}"/>']
    else:
        lines.append("</utility_space>")
    return "\n".join([*lines, f"</{tag}>", ""])
