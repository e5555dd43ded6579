"""screening: sincere, playing for time or exploring; what the acts tell; what to demand, by when, with which threat?

Each actor of whom the case lists rival hypotheses is weighed by the same rules: acts with elicited likelihood ratios,
and acts whose likelihood under each hypothesis follows from what the deal in question is worth to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply, without_source
from winset.derive.circle.messages import heard
from winset.derive.deal.acceptance import Verdict, join, judge
from winset.derive.record.credibility import deadlines, odds
from winset.derive.types import hypotheses as types
from winset.derive.types import views
from winset.derive.types.ultimatum import Ultimatum, demands
from winset.derive.types.views import Block, View
from winset.derive.war.no_deal import no_deal, without_core
from winset.derive.worth.utilities import missing
from winset.lens.screening import misread, tables, threat, words
from winset.lens.screening.offer import offer
from winset.lens.screening.weighed import Reading, Weighed, leads
from winset.reads import reading
from winset.result import Result, nothing
from winset.settings import number
from winset.theory import weighing
from winset.theory.reliability import broad_prior

INPUTS = ("hypothesis_prior", "reservation", "likelihood_ratio")


@dataclass(frozen=True)
class Screening:
    """Rival hypotheses about each side, and the ultimatum that follows. `rho`: how far acts of one group tell the same;
    `noise`: how far choices stray from what is worth more, on a party's scale; `round_months`: length of a round."""

    rho: float = field(default_factory=lambda: number("evidence.rho"))
    noise: float = field(default_factory=lambda: number("choice_noise"))
    round_months: float = field(default_factory=lambda: number("screening.round_months"))

    name = "screening"
    question = "Sincere, playing for time or exploring: what do the acts tell, and what could be demanded of whom?"
    reads = ("hypotheses", "evidence", "hypothesis_prior", "reservation", "plans", "positions", "threat_size")
    sources = (
        "good1950", "kish1965", "heuer1999", "mckelvey1998", "powell2004", "spaniel2018", "fearon1995", "fearon1997",
        "morgan2014",
    )  # fmt: skip
    assumes = (
        "One of the listed hypotheses about an actor holds; what is not listed has no odds.",
        "Acts are independent given the hypothesis, except within a group, whose acts share their weight.",
        "No act makes one hypothesis more than ten times less likely than another, elicited or computed.",
        "An act that a model covers also weighs the draws of the numbers; an elicited one only the hypotheses.",
        "A type takes a plan the more likely, the more it is worth above that type's value of no deal; a plan that "
        "crosses a real red line is refused by every type, so its refusal tells nothing.",
        "An author's credibility is the same for all its deadlines; acting on a threat costs it nothing that the "
        "case knows.",
        "What an author concludes about an actor is not evidence about the actor; the acts it reports are.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have."""
        told = [] if case.hypotheses else ["rival hypotheses"]
        return told + ([] if case.evidence else ["dated act coded as evidence"])

    def look(self, study: Study) -> Result:
        """The result. No hypotheses or no coded act known on the date: `nothing can be said`."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        found = self.views(study)
        weighed = [self.weigh(study, view) for view in found]
        ultimata = self.ultimata(study, weighed)
        parts = tables.Parts(known, weighed, self.rho, self.noise, study.kept)
        spoken = threat.Spoken(known, ultimata, self.round_months)
        silent = [a.id for a in known.signatories if a.id not in {v.actor for v in found}]
        alone = [said] if ultimata and (said := without_core(known)) else []
        made = [*tables.all_tables(parts), *threat.all_tables(spoken), misread.table(known, ultimata)]
        shown = {t.key for t in made if t.rows}
        return Result(
            lens=self.name,
            question=self.question,
            answer=(
                *words.answer(parts),
                *threat.answer(spoken),
                *misread.answer(known, ultimata),
                *words.uncoded(known, silent),
            ),
            findings=(*words.findings(parts), *threat.findings(spoken)),
            tables=tuple(t for t in made if t.rows),
            charts=tuple(c for c in (*words.charts(parts), *threat.charts(spoken)) if c.table in shown),
            sections=tuple(s for s in (*words.sections(parts), *threat.sections(spoken)) if shown & set(s.show)),
            assumes=self.assumes,
            sources=self.sources,
            notes=(*words.notes(parts), *(n for v in found for n in v.notes), *alone),
            offer=offer(parts, spoken),
            settings={
                "rho": self.rho,
                "noise": self.noise,
                "round_months": self.round_months,
                "draws": study.kept,
                **{f"effective_draws.{w.view.actor}": round(w.draws, 1) for w in weighed},
                "seed": study.seed,
            },
        )

    def views(self, study: Study) -> list[View]:
        """Every actor with hypotheses and at least one act known on the date."""
        return [v for v in views.views(study) if types.acts(study.known, v.actor)]

    def weigh(self, study: Study, view: View) -> Weighed:
        """The verdict on one actor, as stated and under every rival reading."""
        logs = view.logs(self.noise)
        every = list(range(len(view.acts)))
        modelled = [j for j in every if view.acts[j].modelled]
        elicited = [j for j in every if not view.acts[j].modelled]

        def read(
            title: str,
            logs: np.ndarray = logs,
            items: Sequence[int] = every,
            prior: Block = view.prior,
            rho: float = self.rho,
        ) -> Reading:
            told = (prior, logs[:, list(items)], [view.groups[j] for j in items], rho)
            found, weight = weighing.posterior(*told), weighing.draw_weights(*told, [view.levels[j] for j in items])
            return Reading(title, weighing.mean(found, weight), leads(found, weight))

        readings = {
            "flat": read("even odds before the acts", prior=np.ones_like(view.prior)),
            "apart": read("acts of a group count in full", rho=0.0),
            "one": read("a group counts as one act", rho=1.0),
        }
        if modelled:
            readings["elicited"] = read("elicited acts only", items=elicited)
            readings["model"] = read("modelled acts only", items=modelled)
            firm, loose = number("screening.firm_noise"), number("screening.loose_noise")
            readings["firm"] = read(f"choices stray less (noise {firm:.2f})", logs=view.logs(firm))
            readings["loose"] = read(f"choices stray more (noise {loose:.2f})", logs=view.logs(loose))
            readings["lines"] = read("no red line is real", logs=view.logs(self.noise, lines=False))
            if any(h.differs == "aims" for h in view.told):
                readings["aims"] = read(
                    "types that differ in war aims refuse alike", logs=view.logs(self.noise, aims=False)
                )
        if study.before.lucks is not study.lucks:
            earlier = next(v for v in self.views(study.before) if v.actor == view.actor)
            readings["before"] = read(
                "before the answers to plans weigh the draws", logs=earlier.logs(self.noise), prior=earlier.prior
            )
        for source in study.known.sources:
            readings.update(
                self._other(
                    study,
                    view,
                    without_source(study.case, source.id),
                    f"without-{source.id}",
                    f"without {source.id}: {source.title}",
                    read,
                )
            )
        for patch in study.case.readings:
            if any(name.split("@")[0].rpartition(".")[2] in INPUTS for name in patch.set):
                readings.update(self._other(study, view, apply(study.case, patch), patch.id, patch.title, read))
        told = (view.prior, logs, view.groups, self.rho)
        return Weighed(view, logs, weighing.posterior(*told), weighing.draw_weights(*told, view.levels), readings)

    def _other(
        self, study: Study, view: View, case: m.Case, key: str, title: str, read: Callable[..., Reading]
    ) -> dict[str, Reading]:
        """The reading of another case: its priors, ratios and values of no deal; deals keep the worth they had."""
        arrays = study.arrays(case)
        left = {a.id for a in types.acts(arrays[0].case, view.actor)}
        kept = tuple(a for a in view.acts if a.id in left)
        other = views.view(arrays, view.actor, kept, view.takes, view.heard)
        items = [j for j, a in enumerate(view.acts) if a.id in left]
        logs = np.zeros((len(view.prior), len(view.acts), len(view.told)))
        if kept:
            logs[:, items] = other.logs(self.noise)
        return {key: read(title, logs=logs, items=items, prior=other.prior)}

    def ultimata(self, study: Study, weighed: Sequence[Weighed]) -> list[Ultimatum]:
        """One for every signatory that has set a date before and has a threat against another whose types are known."""
        known, arrays = study.known, study.arrays()
        plans = [p for p in known.plans if p.kind == "plan"]
        authors = {d.author for d in deadlines(known)}
        pairs = [
            (d.id, w) for w in weighed for d in sorted(known.signatories, key=lambda a: a.id)
            if d.id in authors and d.id != w.view.actor and w.view.reservation is not None
            and arrays[0].has(d.id, w.view.actor, "threat_size")
        ]  # fmt: skip
        if not plans or not pairs or missing(known):
            return []
        ends = {p for s in known.scales.values() for p in (s.defeat, s.victory) if p}
        judged = [*plans, *(p for p in known.plans if p.id in ends)]
        found = []
        for demander, w in pairs:
            with reading() as seen:
                parts = [judge(a, judged, detail=False) for a in arrays]
                verdicts = {p.id: join([part[i] for part in parts]) for i, p in enumerate(judged)}
                made = self._ultimatum(arrays, demander, w, [verdicts[p.id] for p in plans], verdicts)
            rests = dict.fromkeys((*made.basis, *sorted(seen), *tables.basis_of(w)))
            found.append(replace(made, basis=tuple(rests)))
        return [u for u in found if u.demands]

    def _ultimatum(
        self,
        arrays: Sequence[Arrays],
        demander: str,
        w: Weighed,
        tabled: Sequence[Verdict],
        verdicts: Mapping[str, Verdict],
    ) -> Ultimatum:
        first, target, scale = arrays[0], w.view.actor, arrays[0].case.scales[w.view.actor]

        def column(*key: str) -> np.ndarray | None:
            return np.concatenate([a.get(*key) for a in arrays]) if first.has(*key) else None

        floor = np.concatenate([no_deal(a, demander) for a in arrays])
        size, rent, discount = (
            column(demander, target, "threat_size"),
            column(target, "talk_rent"),
            column(demander, "discount"),
        )
        chains = [d for d in deadlines(first.case) if d.author == demander]
        record = odds(arrays, chains, broad_prior(worth=number("credibility.worth")), demander)
        ends = None
        if scale.defeat and scale.victory:
            ends = (
                float(w.over(verdicts[scale.defeat].worth[demander])),
                float(w.over(verdicts[scale.victory].worth[demander])),
            )
        belief = np.concatenate([types.credibility(a, demander) for a in arrays])
        basis = (
            first.id(demander, target, "threat_size"), first.id(demander, "no_deal"), *record.basis,
            *(first.id(target, h.id, "reservation") for h in w.view.told),
        )  # fmt: skip
        told = [t for a in arrays if (t := heard(a, demander, target))]
        return Ultimatum(
            demander, target, demands(tabled, demander, target, floor, w.weight), w.posterior, w.weight,
            w.view.reservation, belief, size, floor, self.noise, ends,  # type: ignore[arg-type]
            None if rent is None else float(w.over(rent)), 0.0 if discount is None else float(w.over(discount)),
            (record.executed, record.defied), basis,
            (np.concatenate([e for e, _ in told]), np.concatenate([b for _, b in told])) if told else None,
        )  # fmt: skip
