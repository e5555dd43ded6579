"""The war core of the candidates of a study, in pages that other hands can solve, and that are kept from run to run.

To solve the core is dearer than all else that the record asks of a candidate, and what it gives is a few numbers. So
what one process has solved another takes over, while it makes the cheap columns for itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck, Study, Work, chosen
from winset.derive.record.answers import answers
from winset.derive.war.columns import missing
from winset.derive.war.no_deal import core_key, core_of
from winset.luck import BATCH
from winset.reads import Seen, reading
from winset.settings import of_now
from winset.sift import blocks_for

PAGE = 1024  # no answer: candidates in a page
PAGED = 2  # no answer: batches of candidates whose pages are solved whole
Page = tuple[int, int, int, int]  # a batch of candidates, a block of it, and from where to where in the block


def pages(luck: Luck, batch: int, block: int) -> list[Page]:
    """The pages of a slice of a block."""
    start, end = luck.of_block.start, luck.of_block.stop
    return [(batch, block, a, min(a + PAGE, end)) for a in range(start, end, PAGE)]


def solved(study: Study, page: Page) -> Float[np.ndarray, "place party"]:
    """The core of the case in the candidates of a page (a task)."""
    batch, block, start, end = page
    made = []
    for luck in study.batch(batch):
        own = range(max(start, luck.of_block.start), min(end, luck.of_block.stop))
        if own:
            first = block * len(luck.of_block) - luck.of_block.start
            made.append(core_of(Arrays(study.known, chosen((luck,), first + np.array(own)))))
    return np.concatenate(made)


def ask(study: Study, work: Work) -> None:
    """Has the pages solved that a study in one slice will ask for, by all hands of `work`, and keeps them; none without
    a core.

    Those of the first batch, and of the second as many blocks as the record, by what it leaves of the first, will look
    at.
    """
    plain, label = _plain(study), "value of going on"
    if not missing(plain.known):
        # the study itself draws the candidates, so that one Room holds them all
        work.each(plain, solved, pages(study.batch(0)[0], 0, 0), label)
        more = [page for block in range(_more(study, work)) for page in pages(study.batch(1)[0], 1, block)]
        work.each(plain, solved, more, label)


def _more(study: Study, work: Work) -> int:
    """How many blocks of the second batch are likely to be looked at. A guess: whoever needs another solves it."""
    plain = _plain(study)
    if study.weigher is None or not answers(plain.known):
        return 0
    return work.each(plain, likely, [study.batch(1)[0].total], "")[0]


def likely(study: Study, size: int) -> int:
    """How many blocks of so many candidates the record will look at, by what it leaves of the first batch (a task:
    where it is kept, nothing need be weighed before others can be asked for more)."""
    assert study.weigher is not None
    mask = study.weigher(study, study.case, study.batch(0)[0], None, range(1))
    left = study.draws if mask is None else int(mask.sum())
    return min(BATCH, blocks_for(study.draws - left, left, study.draws, size))


def lay(study: Study, luck: Luck, blocks: range, solve: bool = False) -> None:
    """Takes over what is kept of the core in the candidates of a slice, block by block; solve: what is not kept is
    solved, and kept, in the batches of which most candidates are looked at."""
    plain = _plain(study)
    batch = next((b for b, lucks in study.pool.items() if any(luck is one for one in lucks)), None)
    if study.work is None or batch is None:
        return
    solve = solve and batch < PAGED and not missing(plain.known)
    key, size = of_now(core_key(Arrays(plain.known, luck))), luck.count // luck.blocks
    for block in blocks:
        own = slice(block * size, (block + 1) * size)
        if key in luck.stores and luck.stores[key][0][own].all():
            continue
        with reading() as seen:
            tables = plain.found(solved, pages(luck, batch, block))
            if tables is None and solve:
                tables = replace(plain, work=study.work.alone).each(solved, pages(luck, batch, block), "")
        if tables is None:
            break
        found = np.concatenate(tables)
        done, table = luck.stores.setdefault(key, (np.zeros(luck.count, bool), np.zeros((luck.count, found.shape[1]))))
        done[own], table[own] = True, found
        luck.reads.setdefault(key, Seen()).join(seen)


def _plain(study: Study) -> Study:
    """The study of the case that the record weighs."""
    return study if study.stated is None else replace(study, case=study.stated, stated=None)
