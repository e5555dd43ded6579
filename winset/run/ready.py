"""Would a run answer? What every run asks before it gives an answer, asked at once and of few draws.

A run is refused for four reasons: its date or its patches are none (`winset.run.study`), the readings and levers of the
case do not go with the patches, a scale or a criterion measures nothing at the modes as of the date, or no draw fits
what is on record. Each is asked here as a run of all lenses asks it; the record by the smallest study that a run
weighs.
"""

from __future__ import annotations

from collections.abc import Iterator

from winset.arrays import Study
from winset.case.check_patches import patch_faults
from winset.case.check_scales import EXCHANGE, exchanged
from winset.derive.worth.utilities import missing, utilities
from winset.errors import DossierError, Problem
from winset.lens.lacking import lacks
from winset.settings import whole


def ready(study: Study) -> dict[str, list[str]]:
    """What every lens lacks to answer, by its name (those that lack nothing are left out), of a study that a run would
    answer.

    Raises DossierError with all that a run would refuse of the case, and NoDrawFits where the record leaves no draw.
    """
    if problems := dict.fromkeys((*_patched(study), *_measures(study))):
        raise DossierError(problems)
    lacking = lacks(study.known)
    few = study.fewer(min(whole("exact.sample"), whole("settlement.few")))
    assert few.lucks  # looked for: raises where there are none
    return lacking


def _patched(study: Study) -> Iterator[Problem]:
    """Readings and levers of the case that it cannot take any more after the patches of the study."""
    case = study.case
    for file, noun, patches in (("readings.yaml", "reading", case.readings), ("levers.yaml", "lever", case.levers)):
        for patch in patches if case.patches else ():
            for what in dict.fromkeys(patch_faults(case, patch)):
                after = ", ".join(case.patches)
                yield Problem(file, None, f"{what}, in the {noun} {patch.id} after {after}", "change one of them")


def _measures(study: Study) -> Iterator[Problem]:
    """Scales and criteria that measure nothing at the modes."""
    known, told = study.known, f"as of {study.as_of} "
    yield from (Problem("criteria.yaml", None, told + what, EXCHANGE) for _, what in exchanged(known))
    parties = () if missing(known) else known.signatories
    for party in parties:
        try:
            utilities(study.at_modes(), only=(party.id,))
        except DossierError as error:
            yield from error.problems
