"""Tables of the influence lens on bargaining: where it ends, by which model, who moves whom, and what a lever does."""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.lens.influence.board import SPATIAL, Board, together
from winset.lens.influence.parts import Parts, spread
from winset.result import Chart, Column, Table, cited
from winset.settings import number, whole
from winset.theory import means

# mean absolute error of the point and continuous ranked probability score of the distribution, of 100, on 351 scorable
# EU decisions (DEU III; capability of the Council by votes)
TRIED = (
    ("weighted mean", 23.1, 23.1),  # source: own count, docs/theory/influence.md
    ("election, markov-uniform", None, 16.7),  # source: own count, docs/theory/influence.md
    ("election, conditional", 23.5, 17.3),  # source: own count, docs/theory/influence.md
    ("weighted positions as a distribution", None, 18.2),  # source: own count, docs/theory/influence.md
    ("climatology (the outcomes of all other decisions)", None, 19.2),  # source: own count, docs/theory/influence.md
    ("always 50", 28.0, None),  # source: own count, docs/theory/influence.md
    ("weighted median", 28.6, None),  # source: own count, docs/theory/influence.md
    ("spatial, ktab-1.4", 23.9, None),  # source: own count, docs/theory/influence.md
    ("challenges, strongest-offer", 24.2, None),  # source: own count, docs/theory/influence.md
    ("challenges, scholz2011-code", 26.3, None),  # source: own count, docs/theory/influence.md
    ("challenges, paper-literal (median)", 31.6, None),  # source: own count, docs/theory/influence.md
)


def all_tables(parts: Parts) -> list[Table]:
    made = [
        outcomes(parts),
        options(parts),
        leverage(parts),
        multiverse(parts),
        models(parts),
        moves(parts),
        rounds(parts),
    ]
    return [*made, record()] if parts.boards else made


def likeliest(b: Board) -> tuple[str, float]:
    """The option at which bargaining most likely ends, and its chance."""
    best = int(np.argmax(b.by_option))
    return b.issue.options[best].label, float(b.by_option[best])


def reach(parts: Parts, b: Board) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """The least and the largest mean at which any model ends on an issue at the modes, and which model."""
    if parts.at_modes is None or not b.ordered:
        return None
    told = sorted(
        (float(made[b.issue.id][0][0]), name) for name, made in parts.at_modes.ends.items() if b.issue.id in made
    )
    return told[0], told[-1]


def outcomes(parts: Parts) -> Table:
    rows = []
    for b in parts.ordered:
        assert b.places is not None
        low, middle, high = b.quantiles(0.05, 0.5, 0.95)
        option, chance = likeliest(b)
        average = float(means.weighted_mean(b.ideal, b.weight).mean())
        ends = reach(parts, b)
        (least, by_least), (most, by_most) = ends or ((average, ""), (average, ""))
        rows.append(
            cited(
                b.basis,
                b.issue.name,
                float(b.mean.mean()),
                low,
                middle,
                high,
                option,
                chance,
                average,
                float(b.places.mean()),
                least,
                by_least,
                most,
                by_most,
            )
        )
    columns = (
        Column("issue", "Issue"),
        Column("mean", "Ends on average", "number", "place"),
        Column("low", "5th percentile", "number", "place"),
        Column("middle", "Middle", "number", "place"),
        Column("high", "95th percentile", "number", "place"),
        Column("option", "Likeliest option"),
        Column("chance", "Its chance", "share"),
        Column("average", "Weighted mean", "number", "place"),
        Column("alike", "If every option were alike", "number", "place"),
        Column("least", "Least of all models", "number", "place"),
        Column("by_least", "Which"),
        Column("most", "Most of all models", "number", "place"),
        Column("by_most", "Which"),
    )
    note = (
        "Places from 0 to 100. Percentiles are over the chances of the places and over the draws. Who knows "
        "nothing says 50. "
        "The last four columns: the published models at the modes, of which no model of challenges has done "
        "better than a weighted mean where it "
        "was tested."
    )
    return Table("outcomes", "Where bargaining among the parties would end", columns, tuple(rows), note)


def options(parts: Parts) -> Table:
    rows = []
    for b in parts.boards:
        for o, option in enumerate(b.issue.options):
            place = float(b.places[:, o].mean()) if b.places is not None else ""
            rows.append(
                cited(b.basis, b.issue.name, option.label, place, float(b.by_option[o]), 1 / len(b.issue.options))
            )
    columns = (
        Column("issue", "Issue"),
        Column("option", "Option"),
        Column("place", "Place", "number", "place"),
        Column("chance", "Chance", "share"),
        Column("alike", "If all were alike", "share"),
    )
    note = "A place where bargaining ends counts for the option that lies nearest to it in the same draw."
    return Table("options", "The chance of every option", columns, tuple(rows), note)


def leverage(parts: Parts) -> Table:
    """What one unit of each party's place, and more of its weight, does to where bargaining ends."""
    rows: list[tuple[Any, ...]] = []
    more = number("influence.more")
    for b in parts.ordered:
        by_place, by_weight = means.mean_levers(b.ideal, b.weight)
        for k, party in enumerate(b.parties):
            low, mid, high = spread(b.moved[:, k])
            gain = more * b.weight[:, k] * by_weight[:, k]
            rows.append(
                cited(
                    b.basis,
                    b.issue.name,
                    parts.names[party],
                    float(b.ideal[:, k].mean()),
                    float(by_place[:, k].mean()),
                    float(gain.mean()),
                    mid,
                    low,
                    high,
                )
            )
    columns = (
        Column("issue", "Issue"),
        Column("party", "Party"),
        Column("place", "Wishes", "number", "place"),
        Column("share", "Share of the weight", "share"),
        Column("mean", f"Weighted mean moves by, for {more:.0%} more weight", "number"),
        Column("ends", "The end moves by (median)", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
    )
    note = (
        "A party that moves its wish by one place moves the weighted mean by its share of the weight: exact. The "
        "last three columns: "
        f"the average end of the model that is taken, if the party had {more:.0%} more capability or gave as much "
        "more attention."
    )
    return Table("leverage", "Who has leverage over which issue", columns, tuple(rows), note)


def _model_rows(parts: Parts, b: Board) -> list[tuple[Any, ...]]:
    rows = []
    if parts.at_modes is None or parts.tried is None:
        return []
    for name, made in parts.at_modes.ends.items():
        if b.issue.id in made:
            mean, median = (float(x[0]) for x in made[b.issue.id])
            low, _, high = spread(parts.tried.ends[name][b.issue.id][0])
            rows.append(cited(b.basis, b.issue.name, name, mean, median, low, high))
    return rows


MODEL_COLUMNS = (
    Column("issue", "Issue"),
    Column("model", "Model"),
    Column("mean", "Mean at which it ends", "number", "place"),
    Column("median", "Weighted median", "number", "place"),
    Column("low", "Mean: 5th percentile", "number", "place"),
    Column("high", "95th percentile", "number", "place"),
)


def multiverse(parts: Parts) -> Table:
    """Every model on the issue over which most is at stake."""
    b = parts.leading
    rows = _model_rows(parts, b) if b else []
    title = f"{b.issue.name}: where each published model ends" if b else ""
    return Table("multiverse", title, MODEL_COLUMNS, tuple(rows), _told(parts))


def models(parts: Parts) -> Table:
    rows = [row for b in parts.ordered for row in _model_rows(parts, b)]
    return Table("models", "Where each published model ends, issue by issue", MODEL_COLUMNS, tuple(rows), _told(parts))


def _told(parts: Parts) -> str:
    reasons = "; ".join(f"{name}: {why}" for name, why in parts.at_modes.reasons.items()) if parts.at_modes else ""
    return (
        f"Mean and median at the modes of all numbers; percentiles over {whole('influence.tried')} draws. "
        "Challenges are read after "
        f"{whole('influence.rounds')} rounds. A median of one run may be any actor's place: do not read it alone. "
        f"{reasons}."
    )


def moves(parts: Parts) -> Table:
    """Turn by turn, who took a bargain with whom in the spatial model at the modes, and where it moved most."""
    rows: list[tuple[Any, ...]] = []
    ordered = [b for b in parts.modal if b.ordered]
    if parts.spatial is not None:
        everybody, path = together(ordered), parts.spatial.positions * 100.0
        for turn, taken in enumerate(parts.spatial.partner):
            for k, partner in enumerate(taken):
                way = path[turn + 1, k] - path[turn, k]
                at = max(
                    (i for i, b in enumerate(ordered) if everybody[k] in b.parties), key=lambda i: (abs(way[i]), -i)
                )
                if partner >= 0 and abs(way[at]) >= number("influence.moved"):
                    b = ordered[at]
                    rows.append(
                        cited(
                            b.basis,
                            turn + 1,
                            parts.names[everybody[k]],
                            parts.names[everybody[partner]],
                            b.issue.name,
                            float(path[turn, k, at]),
                            float(path[turn + 1, k, at]),
                            float(np.abs(way).mean()),
                        )
                    )
    columns = (
        Column("turn", "Turn", "number"),
        Column("who", "Moves"),
        Column("partner", "In a bargain with"),
        Column("issue", "Most on"),
        Column("start", "From", "number", "place"),
        Column("end", "To", "number", "place"),
        Column("mean", "Mean move over all issues", "number"),
    )
    why = (
        f" It {parts.spatial.reason}."
        if parts.spatial is not None and parts.spatial.reason.startswith("settled")
        else ""
    )
    note = (
        f"The spatial model ({SPATIAL[0]}) at the modes, all ordered issues at once, each party with its share of "
        f"attention.{why}"
    )
    return Table("moves", "Round by round: who moves whom", columns, tuple(rows), note)


def rounds(parts: Parts) -> Table:
    """The places of all parties on the issue with most at stake, turn by turn."""
    rows: list[tuple[Any, ...]] = []
    ordered, lead = [b for b in parts.modal if b.ordered], parts.leading
    if parts.spatial is not None and lead is not None:
        everybody = together(ordered)
        at = next(i for i, b in enumerate(ordered) if b.issue.id == lead.issue.id)
        for k, party in enumerate(everybody):
            if party in ordered[at].parties:
                for turn, x in enumerate(parts.spatial.positions[:, k, at] * 100.0):
                    rows.append(cited(ordered[at].basis, parts.names[party], turn, float(x), float(x), float(x)))
    columns = (
        Column("party", "Party"),
        Column("turn", "Turn", "number"),
        Column("place", "Place", "number", "place"),
        Column("low", "Place", "number", "place"),
        Column("high", "Place", "number", "place"),
    )
    title = f"{lead.issue.name}: places round by round" if lead else ""
    return Table(
        "rounds", title, columns, tuple(rows), f"The same run of the spatial model ({SPATIAL[0]}) at the modes."
    )


def record() -> Table:
    """How the models did where they were scored."""
    rows = tuple((name, "" if mae is None else mae, "" if crps is None else crps) for name, mae, crps in TRIED)
    columns = (
        Column("model", "Model"),
        Column("mae", "Mean absolute error", "number"),
        Column("crps", "Error of the distribution (CRPS)", "number"),
    )
    note = (
        "Points of 100 on 351 EU decisions (DEU III), less is better; nothing was fitted there. "
        "Those talks knew no fighting: no open set of coercive bargains exists on which any of these could be scored."
    )
    return Table("record", "How these models did where they were scored", columns, rows, note)


def charts(parts: Parts) -> list[Chart]:
    lead = parts.leading
    name = lead.issue.name if lead else ""
    return [
        Chart("multiverse_chart", "bars", "multiverse", f"{name}: where each model ends", {"x": "mean", "y": "model"}),
        Chart(
            "rounds_chart",
            "fan",
            "rounds",
            f"{name}: round by round",
            {"x": "turn", "low": "low", "mid": "place", "high": "high", "color": "party"},
        ),
        Chart("outcomes_chart", "bars", "outcomes", "Where bargaining ends on average", {"x": "mean", "y": "issue"}),
    ]
