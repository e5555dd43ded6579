"""The war core of the candidates of a study, in pages that other hands can solve, and that are kept from run to run.

To solve the core is dearer than all else that the record asks of a candidate, and what it gives is a few numbers. So what one
process has solved another takes over, while it makes the cheap columns for itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck, Study, chosen
from winset.derive.record.answers import answers
from winset.derive.war.columns import missing
from winset.derive.war.no_deal import core_key, core_of
from winset.luck import QUARTER
from winset.reads import reading
from winset.settings import of_now

PAGE = 1024  # no answer: candidates of the first block in a page
Page = tuple[int, int, int]  # a batch of candidates, and from where to where in its blocks


def pages(study: Study) -> list[Page]:
    """The pages that a study will ask for in any case: none without a core; the second batch too where a record weighs."""
    known = _plain(study).known
    if missing(known):
        return []
    batches = (0, 1) if study.weigher and answers(known) else (0,)
    return [page for batch in batches for page in _pages(study, batch)]


def _pages(study: Study, batch: int) -> list[Page]:
    total, size = study.batch(batch)[0].total, PAGE // QUARTER if batch else PAGE
    return [(batch, a, min(a + size, total)) for a in range(0, total, size)]


def solved(study: Study, page: Page) -> Float[np.ndarray, "block place party"]:
    """The core of the case in the candidates of a page (a task)."""
    batch, start, end = page
    made = []
    for luck in study.batch(batch):
        places = np.array(luck.of_block)
        rows = np.flatnonzero(np.tile((start <= places) & (places < end), luck.blocks))
        if rows.size:
            table = core_of(Arrays(study.known, chosen((luck,), rows)))
            made.append(table.reshape(luck.blocks, -1, table.shape[1]))
    return np.concatenate(made, axis=1)


def ask(study: Study) -> None:
    """Has the pages solved by all hands that a study will ask for, and keeps them."""
    _plain(study).each(solved, pages(study), "value of going on")


def lay(study: Study, luck: Luck) -> None:
    """Takes over what is kept of the core in the candidates of a slice, if all of it is."""
    plain = _plain(study)
    batch = next((b for b, lucks in study.pool.items() if any(luck is one for one in lucks)), None)
    key = of_now(core_key(Arrays(plain.known, luck)))
    if study.work is None or batch is None or key in luck.stores:
        return
    start, end = luck.of_block.start, luck.of_block.stop
    own = [page for page in _pages(study, batch) if page[1] < end and start < page[2]]
    with reading() as seen:
        found = plain.found(solved, own)
    if found:
        table = np.concatenate(found, axis=1)[:, start - own[0][1] : end - own[0][1]]
        luck.stores[key] = np.ones(luck.count, bool), table.reshape(luck.count, -1)
        luck.reads[key] = seen


def _plain(study: Study) -> Study:
    """The study of the case that the record weighs."""
    return study if study.stated is None else replace(study, case=study.stated, stated=None)
