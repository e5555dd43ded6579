"""The actor map: who moves or advises whom, who is who, and whose consent at home or abroad a clause needs."""

from __future__ import annotations

from winset.case import model as m
from winset.report import words
from winset.report.pack import pictures
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, share, text
from winset.report.pack.told import Told

KEY, TITLE = "actors", "Actor map"
HOW = {
    "speaks_for": "speaks for",
    "advises": "advises",
    "carries_messages": "carries messages to",
    "has_access": "has access to",
    "hosts": "hosts",
}
LEVELS = {"party": "party", "person": "person", "domestic": "at home", "institution": "institution"}
NOTES = {"yes": "yes", "no": "no", "unknown": "not known"}


def actors(told: Told) -> Paper:
    blocks: list[Block] = []
    ties = _ties(told)
    if ties:
        blocks.append(_picture(told, ties))
        blocks += [Heading("Who moves whom", page=True), _channels(told)]
    else:
        blocks.append(
            Prose(
                (Said("The case has no channels of this date, so no map can be drawn. Add them to channels.csv."),),
                "lead",
            )
        )
    if pulls := _weights(told):
        blocks += [Heading("How much weight"), pulls]
    if consents := _consents(told):
        blocks += [Heading("Whose consent is needed"), consents]
    blocks += [Heading("Who is who"), _who(told)]
    return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), wide=True)


def _ties(told: Told) -> list[pictures.Tie]:
    return [pictures.Tie(c.source, c.target, HOW[c.kind]) for c in told.case.channels]


def _picture(told: Told, ties: list[pictures.Tie]) -> pictures.Picture:
    """The map: those of one side beside each other, each side begun by its party, which stands in bold."""
    tied = {a for c in told.case.channels for a in (c.source, c.target)}
    sides = list(dict.fromkeys(told.case.party_of(a.id) for a in told.case.actors))
    order = {a.id: i for i, a in enumerate(told.case.actors)}
    held = sorted(tied, key=lambda a: (sides.index(told.case.party_of(a)), a not in sides, order[a]))
    about = "An arrow leads from who speaks, advises, carries messages, has access or hosts, to whom. Bold: parties."
    heavy = {a for a in tied if told.case.actor[a].level == "party"}
    return pictures.map_of(told, KEY, "Who moves whom", {a: told.name(a) for a in held}, ties, heavy, about)


def _channels(told: Told) -> Sheet:
    rows = [
        (
            text(told.name(c.source)),
            text(HOW[c.kind]),
            text(told.name(c.target)),
            text(words.day(c.since) if c.since else "not known"),
            text(NOTES[c.notes]),
            text(brief(c.gist, 260), cites=(f"channel:{c.id}",)) if c.gist else text("–", cites=(f"channel:{c.id}",)),
        )
        for c in told.case.channels
    ]
    heads = ("Who", "Does what", "To whom", "Since", "Notes kept", "In short")
    return Sheet("channels", "", heads, (0.17, 0.12, 0.17, 0.1, 0.08, 0.36), tuple(rows))


def _weights(told: Told) -> Sheet | None:
    """Figures on how far one actor moves another: advice, and allies that go along."""
    rows = []
    for figure in told.case.figures:
        if figure.quantity in ("adviser_weight", "follows") and len(figure.subject) == 2:
            one, other = (told.name(a) for a in figure.subject)
            how = (
                f"weight of its advice for {other}"
                if figure.quantity == "adviser_weight"
                else f"goes along with what {other} signs"
            )
            rows.append((text(one), text(how), text(words.figure_value(told.case, figure), cites=(figure.id,))))
    if not rows:
        return None
    return Sheet("weights", "", ("Who", "What", "How much"), (0.3, 0.45, 0.25), tuple(rows))


def _consents(told: Told) -> Sheet | None:
    rows = []
    for issue in told.case.issues:
        for option in issue.options:
            for need in option.needs:
                for actor in need.actors:
                    rows.append(_consent(told, issue, option, need, actor))
    if not rows:
        return None
    heads = ("Whose consent", "On the side of", "To what", "By which rule", "Given with", "Why it is needed")
    return Sheet("consents", "", heads, (0.18, 0.14, 0.25, 0.1, 0.09, 0.24), tuple(rows))


def _consent(told: Told, issue: m.Issue, option: m.Option, need: m.Need, actor: str) -> tuple[Cell, ...]:
    figure = told.figure(actor, issue.id, option.id, "consent")
    side = told.case.party_of(actor) if actor in told.case.actor else ""
    what = f"{words.clean(issue.name)}: {words.clean(option.label)}"
    return (
        text(told.name(actor)),
        text(told.name(side) if side != actor else "itself"),
        text(what, cites=(f"issue:{issue.id}",)),
        text(need.rule.replace("_", " ")),
        share(figure.mode, (figure.id,)) if figure is not None and not figure.distribution else text("not stated"),
        text(brief(need.why, 160)),
    )


def _who(told: Told) -> Sheet:
    rows = []
    order = {"party": 0, "institution": 1, "person": 2, "domestic": 3}
    for actor in sorted(told.case.actors, key=lambda a: (order[a.level], not a.signs)):
        side = told.case.party_of(actor.id)
        rows.append(
            (
                text(told.name(actor.id)),
                text(LEVELS[actor.level]),
                text(actor.role),
                text("has to sign" if actor.signs else told.name(side) if side != actor.id else "–"),
                text(brief(actor.office, 120)),
            )
        )
    heads = ("Name", "Level", "Role", "Signs, or on whose side", "Office")
    return Sheet("who", "", heads, (0.27, 0.1, 0.12, 0.2, 0.31), tuple(rows))
