"""The domain of a golden row, read by winset's own readers."""

from pathlib import Path

from winset.formats.folder import read_domain
from winset.settle import domain_problem
from winset.theory.additive import AdditiveProblem


def load(folder: Path, profiles: str, fmt: str) -> AdditiveProblem:
    """The problem in `folder`, with the parties in the order that the row names them."""
    domain = read_domain(folder)
    names = [p.name for p in domain.profiles]
    wanted = profiles.split("|")
    assert sorted(names) == sorted(wanted), f"{folder.name} ({fmt}) has {names}, the row names {wanted}"
    order = [names.index(name) for name in wanted]
    return domain_problem(
        type(domain)(domain.name, domain.issues, domain.options, tuple(domain.profiles[n] for n in order))
    )
