"""Issue cards: for each contested issue what each party asks for, its stated line, how real that is, and the
evidence.
"""

from __future__ import annotations

import numpy as np

from winset.arrays import Arrays, Luck, mode
from winset.case import model as m
from winset.case.figure import Figure
from winset.derive.worth.packages import clause_of
from winset.derive.worth.utilities import missing, utilities
from winset.report import words
from winset.report.pack import pictures
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, listed, text
from winset.report.pack.refs import basis
from winset.report.pack.told import Told

KEY, TITLE = "cards", "Issue cards"
GIST = 150  # letters of a gist or reason in the evidence
ITEMS = 7  # lines of evidence on a party
QUANTITIES = {
    "ideal": "What it asks for",
    "red_line": "Its line",
    "red_line_real": "How real the line is",
    "crossing_cost": "What crossing the line costs it",
    "line_slips": "Whether leaving it open is a breach",
    "value": "Worth",
}
Excluded = dict[tuple[str, str], list[bool]]


def cards(told: Told) -> Paper:
    contested = [i for i in told.case.issues if _contested(told, i)]
    excluded = _excluded(told)
    agreed = [i for i in told.case.issues if i not in contested]
    head = (
        f"{len(contested)} of {len(told.case.issues)} issues are contested: a line is stated on them, or those "
        "who must sign ask for different things."
    )
    blocks: list[Block] = [Prose((Said(head),), "lead"), Prose((Said(_how_to_read()),), "note")]
    if agreed:
        names = ", ".join(words.clean(i.name) for i in agreed)
        blocks.append(Prose((Said(f"Not contested, as far as the case says: {names}."),)))
    data = []
    for number, issue in enumerate(contested):
        blocks.append(Heading(words.clean(issue.name), page=number > 0))
        made, whole = _card(told, issue, excluded)
        blocks += made
        data += whole
    heads = ("Issue", "Party", "Asks for", "Stated line", "The line is real with", "Not beyond its line")
    sheet = Sheet("positions", "Positions on contested issues", heads, (), tuple(data))
    return Paper(
        key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), data=(sheet,) if data else (), small=True
    )


def _how_to_read() -> str:
    return (
        "Red line: the last place a party says it can accept. Bottom line: what it would in the end not sign; it is "
        "the red line where that is real, and lies further off, at a cost, where the words are a bargaining posture. "
        "Acceptable range: the options that do not lie beyond the red line as stated."
    )


def _lines(told: Told, party: str, issue: m.Issue) -> list[Figure]:
    """The lines that a party has stated on an issue: one place of a scale, or options of their own."""
    if issue.kind == "scale":
        return [f for f in (told.figure(party, issue.id, "red_line"),) if f]
    return [f for o in issue.option_ids if (f := told.figure(party, issue.id, o, "red_line"))]


def _contested(told: Told, issue: m.Issue) -> bool:
    if any(_lines(told, a.id, issue) for a in told.parties):
        return True
    if issue.kind == "scale":
        ideals = [f for a in told.parties if (f := told.figure(a.id, issue.id, "ideal"))]
        return len({(f.at, f.mode) for f in ideals}) > 1
    return len({_best(told, a.id, issue) for a in told.parties} - {""}) > 1


def _best(told: Told, party: str, issue: m.Issue) -> str:
    """The option of an unordered issue that is worth most to a party, by the modes."""
    values = {o: f for o in issue.option_ids if (f := told.figure(party, issue.id, o, "value"))}
    known = {o: v for o, f in values.items() if (v := _mode(f)) is not None}
    return max(known, key=lambda o: (known[o], o)) if known else ""


def _mode(figure: Figure) -> float | None:
    return None if figure.at or (figure.mode is None and not figure.distribution) else mode(figure)


def _excluded(told: Told) -> Excluded:
    """The options beyond each party's stated line, at the modes: as every lens counts them."""
    if missing(told.case):
        return {}
    held = utilities(Arrays(told.case, Luck(0, 1), at_modes=True)).crossed
    return {key: [bool(x) for x in np.asarray(block)[0]] for key, block in held.items()}


def _card(told: Told, issue: m.Issue, excluded: Excluded) -> tuple[list[Block], list[tuple[Cell, ...]]]:
    blocks: list[Block] = []
    if issue.question:
        blocks.append(Prose((Said(words.clean(issue.question), (f"issue:{issue.id}",)),), "lead"))
    if picture := _picture(told, issue):
        blocks.append(picture)
    rows: list[tuple[Cell, ...]] = []
    data: list[tuple[Cell, ...]] = []
    for party in told.parties:
        own = _lines(told, party.id, issue)
        asks, line = _asks(told, party.id, issue), _line(told, own, issue)
        bottom, real = _bottom(told, party.id, issue, own)
        free = _acceptable(told, party.id, issue, own, excluded)
        rows.append((text(told.name(party.id)), asks, line, bottom, free))
        data.append((text(words.clean(issue.name)), text(told.name(party.id)), asks, line, real, free))
    heads = ("Party", "Asks for", "Red line, as stated", "Bottom line", "Acceptable range")
    blocks.append(Sheet("", "", heads, (0.14, 0.2, 0.2, 0.25, 0.21), tuple(rows)))
    blocks.append(_options(told, issue))
    blocks += _evidence(told, issue)
    return blocks, data


def _asks(told: Told, party: str, issue: m.Issue) -> Cell:
    if issue.kind == "options":
        best = _best(told, party, issue)
        figure = told.figure(party, issue.id, best, "value") if best else None
        return text(told.option(issue, best), cites=(figure.id,)) if figure else text("not stated")
    figure = told.figure(party, issue.id, "ideal")
    return text(_place(told, issue, figure), cites=(figure.id,)) if figure else text("not stated")


def _place(told: Told, issue: m.Issue, figure: Figure) -> str:
    """A place of a scale: the option it is stated at, or its number."""
    return told.option(issue, figure.at) if figure.at else f"place {words.figure_value(told.case, figure)}"


def _line(told: Told, own: list[Figure], issue: m.Issue) -> Cell:
    if not own:
        return text("none stated")
    if issue.kind == "options":
        names = ", ".join(told.option(issue, f.subject[2]) for f in own)
        return text(f"never: {names}", cites=tuple(f.id for f in own))
    since = f"since {words.day(own[0].date)}" if own[0].date else ""
    return text(f"no further than: {_place(told, issue, own[0])}", since, cites=(own[0].id,))


def _bottom(told: Told, party: str, issue: m.Issue, own: list[Figure]) -> tuple[Cell, Cell]:
    """How real the stated line is, in words and as a number, and what crossing it costs its owner if it is posture."""
    if not own:
        return text("no line; what counts is the worth of the whole"), Cell()
    real = told.figure(party, issue.id, "red_line_real")
    if real is None:
        return text("how real the line is, the case does not say"), Cell()
    chance = words.figure_value(told.case, real)
    lines = [Said(f"the line itself with a chance of {chance}", (real.id,))]
    keys = ((party, issue.id), (party, "all"), (party,))
    cost = next((f for key in keys if (f := told.figure(*key, "crossing_cost"))), None)
    if cost is not None and not cost.distribution:
        lines.append(
            Said(f"if posture, crossing it costs {words.percent(cost.mode or 0.0)} of its own scale", (cost.id,))
        )
    return Cell(tuple(lines)), Cell((Said(chance, (real.id,)),), _mode(real), "share")


def _acceptable(told: Told, party: str, issue: m.Issue, own: list[Figure], excluded: Excluded) -> Cell:
    beyond = excluded.get((party, issue.id))
    if not own:
        return text("every option, if the whole is worth it")
    if beyond is None:
        return text("not told: the case lacks what places the options")
    out = dict(zip(issue.option_ids, beyond))
    free = [n + 1 for n, option in enumerate(_in_order(told, issue)) if not out[option.id]]
    return text(f"options {listed([str(n) for n in free], 9)}") if free else text("no option")


def _in_order(told: Told, issue: m.Issue) -> list[m.Option]:
    """The options by their place on the scale, as the picture numbers them; where a place is missing as the case has
    them.
    """
    places = {o.id: f.mode for o in issue.options if (f := told.figure(issue.id, o.id, "place"))}
    if issue.kind != "scale" or any(places.get(o.id) is None for o in issue.options):
        return list(issue.options)
    return sorted(issue.options, key=lambda o: places[o.id] or 0.0)


def _options(told: Told, issue: m.Issue) -> Sheet:
    """The options, which plans name them, and whose consent each needs."""
    rows = []
    for number, option in enumerate(_in_order(told, issue), 1):
        plans = [p for p in told.plans if clause_of(p, issue) == option.id]
        cites = tuple(f"clause:{p.id}/{issue.id}" for p in plans if issue.id in p.clauses)
        names = [words.clean(p.name) + ("" if issue.id in p.clauses else " (silent)") for p in plans]
        asked = [
            Said(f"{', '.join(told.name(a) for a in n.actors)} ({n.rule.replace('_', ' ')})") for n in option.needs
        ]
        label = f"{number}  {words.clean(option.label)}" + (
            " (as things stand)" if option.id == issue.status_quo else ""
        )
        shown = names[:6] + ([f"and {len(names) - 6} more"] if len(names) > 6 else [])
        rows.append((text(label), text("; ".join(shown), cites=cites[:6]), Cell(tuple(asked))))
    return Sheet("", "", ("Option", "Plans that say so", "Consent it needs"), (0.34, 0.36, 0.3), tuple(rows))


def _evidence(told: Told, issue: m.Issue) -> list[Block]:
    """What the positions rest on, party by party: passages by their gist, the rest of each basis by name."""
    blocks: list[Block] = []
    for party in told.parties:
        own = [f for f in told.case.figures if f.subject[:2] == (party.id, issue.id) and f.quantity != "attention"]
        said: list[Said] = []
        passages = dict.fromkeys(p for f in own for p in f.basis.passages if p in told.case.passage)
        said += [Said(brief(told.case.passage[p].gist, GIST), (p,)) for p in passages]
        for figure in own:
            rest = [part for part in figure.basis.parts if part[0] != "passages"]
            if rest:
                words_of = basis(told, m.Basis(tuple(rest)), GIST)
                name = QUANTITIES.get(figure.quantity, figure.quantity.replace("_", " "))
                option = f" of {told.option(issue, figure.subject[2])}" if len(figure.subject) > 2 else ""
                said.append(Said(f"{name}{option}: {words_of}", (figure.id,)))
        if said:
            blocks.append(Prose((Said(f"Evidence on {words.clean(party.name)}", strong=True),)))
            blocks += [Prose((one,), "item") for one in said[:ITEMS]]
            if len(said) > ITEMS:
                blocks.append(Prose((Said(f"and {len(said) - ITEMS} more in the report"),), "note"))
    return blocks


def _picture(told: Told, issue: m.Issue) -> pictures.Picture | None:
    """The positions on a scale; none for an unordered issue, or where some place is not known."""
    places = {o: f.mode for o in issue.option_ids if (f := told.figure(issue.id, o, "place")) and f.mode is not None}
    if issue.kind != "scale" or len(places) < len(issue.options):
        return None

    def place(figure: Figure | None) -> float | None:
        if figure is None:
            return None
        return places.get(figure.at) if figure.at else _mode(figure)

    rows = []
    for party in told.parties:
        ideal = place(told.figure(party.id, issue.id, "ideal"))
        if ideal is not None:
            rows.append(pictures.Row(told.name(party.id), ideal, place(told.figure(party.id, issue.id, "red_line"))))
    if not rows:
        return None
    options = [(places[o.id], words.clean(o.label)) for o in _in_order(told, issue)]
    about = (
        "A dot: what a party asks for. An upright bar: its red line as stated. The band between: its acceptable range."
    )
    return pictures.positions(told, f"issue-{issue.id}", words.clean(issue.name), options, rows, about)
