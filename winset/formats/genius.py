"""GENIUS XML (Lin et al. 2014): a template of issues and one utility space per party, read on GENIUS's own scale.

A discrete option is worth its evaluation divided by the issue's largest evaluation, so an issue whose evaluations are
negative throughout would be turned round and is refused (where all are 0, every option is worth 0). An integer issue is
worth slope * (number - lowerbound) + offset, in the older form parameter1 * number + parameter0, and by GENIUS never
less than 0 nor more than 1. Weights stand as they are written; the reservation value is on the same scale. Discounting
is not part of a one-off deal and is left out. Non-linear utility spaces (hyper-rectangles) are read by
`genius_nonlinear`: their clauses interact, so they make no additive domain.

What profiles and template say twice must agree, and what is missing is never guessed: names, options, ranges, weights.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from xml.parsers import expat

from winset.errors import Problem, SettingError
from winset.formats.domain import Domain, Profile, check_size
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
                    f"{path.name}: a non-linear utility space has no additive profile; `winset settle` solves such "
                    "domains"
                )
            spaces.append((path, root))
    if len(spaces) > 1 and template is None and spaces[0][1].find(".//item[@evaluation]") is None:
        template = spaces.pop(0)
    if not spaces:
        raise SettingError("no GENIUS utility space among the files; a folder holds a template and one file a party")
    issues = options_of(*(template or spaces[0]))
    profiles = tuple(_profile(path, root, issues) for path, root in spaces)
    name = (template or spaces[0])[0].stem
    notes = (*(note for space in spaces for note in _repeats(*space)), *_above_one(profiles))
    return Domain(name, tuple(issues), tuple(tuple(o) for o in issues.values()), profiles, notes)


def _above_one(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Which parties could get more than 1, where GENIUS stops counting and this reader does not."""
    tops = [(p.name, sum(w * max(v) for w, v in zip(p.weights, p.values))) for p in profiles]
    return tuple(
        f"{name} can reach {top:.4g}; GENIUS counts no more than 1, here its values stand as written"
        for name, top in tops
        if top > 1 + 1e-6
    )


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
    total = 0
    for issue in root.iter("issue"):
        name = issue.get("name", "")
        if not name or name in issues:
            what = f"two issues are named {name!r}" if name else "an issue has no name"
            raise SettingError(str(Problem(path.name, _line(path, name), what, "give each a name of its own")))
        if kind_of(issue) == "integer":
            low, high = integer_range(path, issue)
            check_size(path.name, len(issues) + 1, total + high - low + 1)
            issues[name] = [str(n) for n in range(low, high + 1)]
        else:
            issues[name] = list(dict.fromkeys(item.get("value", "") for item in issue.findall("item")))
        if not issues[name]:
            raise SettingError(f"{path.name}: the issue {name!r} has no options (real-valued issues are not read)")
        total += len(issues[name])
        check_size(path.name, len(issues), total)
    return issues


def kind_of(issue: ET.Element) -> str | None:
    """`integer`, `discrete` or whatever else the issue says that it is."""
    return issue.get("vtype") or issue.get("type")


def integer_range(path: Path, issue: ET.Element) -> tuple[int, int]:
    """Lowest and highest number of an integer issue."""
    bounds = issue.find("range")
    node = issue if issue.get("lowerbound") is not None or bounds is None else bounds
    try:
        low, high = int(node.get("lowerbound", "")), int(node.get("upperbound", ""))
    except ValueError:
        raise SettingError(f"{path.name}: the integer issue {issue.get('name')!r} has no bounds") from None
    if not 0 <= high - low <= LARGEST_RANGE:
        told = " to ".join(str(n) if abs(n) < 10**18 else "a number beyond use" for n in (low, high))
        raise SettingError(
            f"{path.name}: the range {told} of {issue.get('name')!r} cannot be used; it may rise by {LARGEST_RANGE:,}"
        )
    return low, high


def _profile(path: Path, root: ET.Element, issues: dict[str, list[str]]) -> Profile:
    _same_issues(path, root, issues)
    weight = _weights(path, root)
    weights, values = [], []
    nodes = {node.get("name", ""): node for node in root.iter("issue")}
    for name in issues:
        node, index = nodes[name], nodes[name].get("index")
        if index not in weight:
            raise SettingError(f"{path.name}: no weight for the issue {name!r} (index {index})")
        weights.append(weight[index])
        linear = node.find("evaluator")
        if linear is not None and kind_of(node) != "integer":
            raise SettingError(
                f"{path.name}: an evaluator with a slope or parameters fits integer issues; {name!r} is none"
            )
        if linear is not None:
            values.append(_line_of(path, name, linear, [int(o) for o in issues[name]]))
            continue
        worth = _evaluations(path, node)
        if missing := [o for o in issues[name] if o not in worth]:
            raise SettingError(f"{path.name}: no evaluation of {missing[0]!r} on {name!r}, and no evaluator")
        top = max(worth.values())
        if top <= 0 and any(worth.values()):
            raise SettingError(str(_upside_down(path, name, top)))
        values.append(tuple(worth[o] / top if top else 0.0 for o in issues[name]))
    reservation = root.find(".//reservation")
    reserve = number(path, reservation.get("value")) if reservation is not None else 0.0
    return Profile(path.stem, tuple(weights), tuple(values), reserve)


def _same_issues(path: Path, root: ET.Element, issues: dict[str, list[str]]) -> None:
    """Raises SettingError where a space has other issues, ranges or options than the template."""
    own, known = options_of(path, root), {name: set(options) for name, options in issues.items()}
    if lacking := [name for name in issues if name not in own]:
        raise SettingError(f"{path.name}: no issue {lacking[0]!r}, which the template has")
    if extra := [name for name in own if name not in issues]:
        raise SettingError(f"{path.name}: the template has no issue {extra[0]!r}")
    for name, options in own.items():
        if extra := [o for o in options if o not in known[name]]:
            raise SettingError(f"{path.name}: the template has no option {extra[0]!r} of {name!r}")
        if missing := known[name].difference(options):
            raise SettingError(f"{path.name}: no evaluation of {min(missing)!r} on {name!r}, an option of the template")
    indices = [node.get("index") for node in root.iter("issue")]
    if len(set(indices)) < len(indices):
        raise SettingError(f"{path.name}: two issues have the same index")


def _weights(path: Path, root: ET.Element) -> dict[str | None, float]:
    found: dict[str | None, float] = {}
    for node in root.iter("weight"):
        index, value = node.get("index"), number(path, node.get("value"))
        if found.setdefault(index, value) != value:
            raise SettingError(f"{path.name}: two weights for the index {index}")
    return found


def _evaluations(path: Path, issue: ET.Element) -> dict[str, float]:
    """What each option is worth; of several evaluations of one option the last stands, as GENIUS has it."""
    return {item.get("value", ""): number(path, item.get("evaluation")) for item in issue.findall("item")}


def _repeats(path: Path, root: ET.Element) -> list[str]:
    """Options with several evaluations that differ."""
    found = []
    for issue in root.iter("issue"):
        last = _evaluations(path, issue) if issue.find("item[@evaluation]") is not None else {}
        for item in issue.findall("item"):
            option, value = item.get("value", ""), item.get("evaluation")
            if last and number(path, value) != last[option]:
                where = f"{option!r} on {issue.get('name')!r}"
                found.append(
                    f"{path.name}: {where} has several evaluations; the last, {last[option]:g}, stands, as in GENIUS"
                )
    return list(dict.fromkeys(found))


def _line_of(path: Path, issue: str, evaluator: ET.Element, numbers: Sequence[int]) -> tuple[float, ...]:
    """Values of an integer issue, cut off at 0 and 1 as GENIUS does."""
    kind = (evaluator.get("ftype") or evaluator.get("type") or "linear").lower()
    old = evaluator.get("parameter0") is not None
    if kind not in ("linear", "constant") or (kind == "constant" and not old):
        raise SettingError(
            f"{path.name}: the evaluator {kind!r} of {issue!r} is not read, only linear and constant ones"
        )
    first, second = ("parameter1", "parameter0") if old else ("slope", "offset")
    slope = number(path, evaluator.get(first)) if kind == "linear" else 0.0
    offset = number(path, evaluator.get(second))
    start = 0 if old else numbers[0]
    return tuple(min(max(slope * (n - start) + offset, 0.0), 1.0) for n in numbers)


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
        raise SettingError(f"{path.name}: {repr(text)[:60]} is not a finite number")
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
    from xml.sax.saxutils import quoteattr  # late: it loads much, and reading needs none of it

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
