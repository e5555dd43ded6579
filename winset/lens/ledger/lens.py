"""ledger: what was said, what was done, and what is a word worth?

Do attacks follow talks, what became of deadlines, who was contradicted, how long positions stand, and where the
sources disagree. Every number about contacts and attacks is an association, never an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.record import credibility, daily, positions
from winset.derive.record.talks import Talks, study_talks
from winset.lens.ledger import acts, record, talks
from winset.lens.ledger import sources as disputes
from winset.lens.ledger.offer import offer
from winset.result import Result, Section, nothing
from winset.settings import number, whole
from winset.theory import reliability

BROAD, ALL = reliability.STANDING_THREATS, reliability.ALL_THREATS


@dataclass(frozen=True)
class Ledger:
    """Talks and attacks, deadlines, accounts, positions and conflicts of sources.

    series: id of the attached daily series ("" = the one called `strikes`, else the first). lead: days of it before the
    first contact. block: days per stratum of the calendar, so that a drift of level is not taken for an association.
    placements: random placements of the contacts. worth: cases that the prior on deadlines is worth.
    """

    series: str = ""
    lead: int = field(default_factory=lambda: whole("talks.lead"))
    block: int = field(default_factory=lambda: whole("talks.block"))
    placements: int = field(default_factory=lambda: whole("talks.placements"))
    worth: float = field(default_factory=lambda: number("credibility.worth"))

    name = "ledger"
    question = "What was said, what was done, and what is a word worth?"
    reads = ("events", "series", "positions", "readings", "passages")
    sources = (
        "przyborowski1940",
        "mccullagh1989",
        "rothman2008",
        "westfall1993",
        "gelman2013",
        "morgan2014",
        "goldstein1992",
    )
    assumes = (
        "A series is dated by the day the attack ended: the night after a contact is day +1.",
        "Contacts answer fighting as much as the reverse, and other events fall into the same days: the tests tell "
        "of association, not of effect.",
        "If contacts had nothing to do with attacks, they could have begun on any other day of the period, as far "
        "apart as they were.",
        "Each author carries out a defied deadline with one unknown chance; a deadline that was moved is neither "
        "carried out nor dropped.",
        "An account that is contradicted is not thereby untrue, and records of speakers are records as the sources "
        "give them.",
        "Positions change at a constant rate; a statement that no longer stands says nothing.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have."""
        return [] if case.events else ["dated act"]

    def look(self, study: Study) -> Result:
        """The result. A case without a dated act of its date gets `nothing can be said`."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        arrays = study.arrays()
        strikes = self._series(known)
        said = self._talks(known, strikes, study.seed) if strikes else None
        ledger = self._ledger(study.case, arrays)
        conflicts = disputes.conflicts(study, ledger, self._ledger)
        made = [
            *talks.tables(known, said, strikes),
            *record.tables(ledger),
            *disputes.tables(ledger, conflicts),
            *acts.tables(known, strikes),
        ]
        kept = tuple(t for t in made if t.rows)
        keys = {t.key for t in kept}
        return Result(
            lens=self.name,
            question=self.question,
            answer=(*talks.answer(known, said, strikes), *record.answer(ledger), *disputes.answer(ledger, conflicts)),
            findings=(*talks.findings(known, said), *record.findings(ledger), *disputes.findings(ledger, conflicts)),
            tables=kept,
            charts=tuple(c for c in (*talks.charts(known, said), *record.CHARTS, *acts.CHARTS) if c.table in keys),
            sections=tuple(s for s in SECTIONS if keys & set(s.show)),
            assumes=self.assumes,
            sources=self.sources,
            notes=(*talks.notes(known, said, strikes), *record.notes(ledger)),
            offer=offer(known, ledger, said),
            settings={
                "series": strikes[0].name if strikes else "none",
                "lead": self.lead,
                "block": self.block,
                "placements": self.placements,
                "worth": self.worth,
                "draws": study.kept,
                "seed": study.seed,
            },
        )

    def _talks(self, known: m.Case, strikes: Sequence[daily.Daily], seed: int) -> Talks | None:
        return study_talks(known, strikes, lead=self.lead, block=self.block, placements=self.placements, seed=seed)

    def _series(self, known: m.Case) -> list[daily.Daily]:
        """The attached series, its total first, or the strikes that the case itself lists."""
        attached = daily.attached(known, self.series)
        listed = daily.from_events(known, "strike", daily.attacker(known))
        return attached or ([listed] if listed else [])

    def _ledger(self, whole: m.Case, arrays: Sequence[Arrays]) -> record.Ledger:
        """Everything that may depend on Figures, so that a rival reading gives all of it again. whole: before the
        cut."""
        case = arrays[0].case
        chains = credibility.deadlines(case)
        authors = sorted({d.author for d in chains})
        own = {a: [d for d in chains if d.author == a] for a in authors}
        prior = reliability.broad_prior(BROAD, self.worth)
        return record.Ledger(
            case,
            chains,
            {a: credibility.odds(arrays, own[a], prior, a) for a in authors},
            {
                label: {a: credibility.odds(arrays, own[a], p, a, partly).mean for a in authors}
                for label, p, partly in self._priors()
            },
            credibility.accounts(case),
            positions.standings(whole.figures, arrays),
            self.worth,
        )

    def _priors(self) -> list[tuple[str, tuple[float, float], bool]]:
        """Rival settings of the deadline record: how strong the prior is, where it is centred, whether a part
        counts."""
        broad = reliability.broad_prior
        return [
            (f"prior worth one case, centred on {BROAD.share:.2f}", broad(BROAD, 1.0), True),
            (f"prior worth ten cases, centred on {BROAD.share:.2f}", broad(BROAD, 10.0), True),
            (
                f"prior centred on {ALL.share:.2f} (all threats, {ALL.note})",
                broad(ALL, self.worth),
                True,
            ),
            ("what was carried out in part counts as not carried out", broad(BROAD, self.worth), False),
        ]


SECTIONS = (
    Section(
        "talks",
        "Do attacks follow talks?",
        (
            "Each row compares the days after contacts with the other days of the same quarter. A ratio of 1.4 "
            "means 40 percent more a day. The night after a contact is day +1. p by rotation: how often the "
            "contacts, turned around the period with their spacing kept, give a ratio as far from 1; it decides "
            "what is said. detectable: the smallest rise that this many days would show in four cases of five. An "
            "association is not an effect: talks answer fighting as much as the reverse, and the table of "
            "contacts names what else happened in those days.",
        ),
        ("talks", "around_chart", "contacts", "talks_readings", "talks_columns"),
    ),
    Section(
        "deadlines",
        "Deadlines",
        (
            "Who set what for whom, and what became of it. The chance that the next one is carried out if it is "
            f"defied starts from how often {BROAD.name}, were carried out later ({BROAD.k} of {BROAD.n}, "
            f"{BROAD.share:.2f}; {BROAD.source}; {BROAD.note}), and moves with each deadline that was carried out "
            f"or not. A count of all threats gives {ALL.share:.2f}, since {ALL.note}.",
        ),
        ("deadlines", "odds", "odds_readings"),
    ),
    Section(
        "saydo",
        "Said and done",
        (
            "What each side said and what it did, by date, and the mean score of both on a scale from -10 "
            "(conflict) to 10 (cooperation).",
        ),
        ("saydo_sum", "saydo_chart"),
    ),
    Section(
        "accounts",
        "Who was contradicted",
        (
            "An account is a claim or an offer. It is contradicted when someone denies it or its speaker takes it "
            "back, and borne out when a later act "
            "refers to it. The share is what a flat prior and these counts give; accounts that are still open are "
            "not counted, and the range "
            "counts all of them against the speaker or for the speaker.",
        ),
        ("speakers", "accounts", "accounts_chart"),
    ),
    Section(
        "stability",
        "How long a position stands",
        (
            "The half-life is the time after which half of an actor's stated positions have moved by 5 points of "
            "100 or more. The weight is how far a statement of that age should move a belief: even odds become "
            "the chance shown.",
        ),
        ("half_lives", "moves"),
    ),
    Section(
        "sources",
        "Where the sources disagree",
        (
            "Two pieces of evidence for the same number, and whether putting one for the other changes an answer "
            "of this ledger.",
        ),
        ("conflicts", "checked"),
    ),
    Section(
        "tone",
        "Conflict and cooperation by week",
        (
            "Sums of the scores of recorded acts. The band runs from the conflict of a week to its cooperation; "
            "the line is the sum of both.",
        ),
        ("tone", "tone_chart"),
    ),
)
