"""How often the lines of parties were crossed in the end by their own signature, from a table of ended wars.

Objects. Line i of war w(i) stood at a date; m_i months later its owner's side signed the text on the end of the
fighting; c_i says whether that text lies beyond the line (1, crossed) or not (0). A line with an unclear end is left
out, or set to either to bound the answer. A line that its owner gave up before the date (code `before`) is no line that
stood; it counts in the cohort only.

Three structures for P(crossed):
    base rate     c_i ~ Bernoulli(q)                           q = mean of c_i
    wear          c_i ~ Bernoulli(1 - exp(-L m_i))             a line lasts an exponential time of rate L a month
    both          c_i ~ Bernoulli(1 - r exp(-L m_i))           a share r was real at the date; only those wear
    cohort        as wear, from the day of the statement       L = lines given up / months lived
The cohort follows every line from its first statement to the act that gave it up, or to the signed text, at which a
line that is not crossed leaves unharmed (right-censored, exponential lives: Cox and Oakes 1984 ch. 3). It takes the act
as the moment at which the line gave way.
In the others the time of crossing is never seen, only whether it lay before the end ("current status", Sun 2006 ch. 3),
so that L is no count of crossings over months. Its likelihood equation

    sum over crossed of m_i / (exp(L m_i) - 1)  =  sum over kept of m_i

falls from infinity to 0 on the left: one root. With one m for all, L = -log(1 - q)/m. `both` holds the first (L = 0, q
= 1 - r) and the second (r = 1). r solves, for a given L,  sum over crossed of r e_i/(1 - r e_i) = number kept, e_i =
exp(-L m_i), or is 1.

One owner's lines fall or stand together. With a common factor Z of each owner in a war and own luck e_i, all standard
normal,

    c_i = 1  iff  sqrt(s) Z + sqrt(1 - s) e_i < ndtri(q),        P(owner) = E_Z prod p(Z)^c_i (1 - p(Z))^(1 - c_i),

the Gaussian copula with one factor by which winset draws the lines of one actor; s is its share (q and s on a grid, Z
by Gauss-Hermite).

Intervals draw whole wars with replacement and divide within each resample (cluster bootstrap of a ratio; Davison and
Hinkley 1997 ch. 3.8): lines of one war share their ending, hence are no independent evidence. Cohen's (1960) kappa is
(a - e)/(1 - e), a the share of rows coded alike, e what the two margins give by chance.

Assumes: a crossing is a yes or no; wars are exchangeable and apart from each other; in `wear` one rate for all owners
and months, and months of war stand for months of hurt. Cannot say: whether a line that was crossed had been meant
(posture and wear look alike at one date: only through m_i are they told apart); what becomes of lines where no text was
ever signed (every war here ended, which favours crossing); when between the date and the signature a line gave way;
that the side which does worse in the war crosses its lines (a factor of the owner says only that they go together);
what one coder's reading adds to the error.
References: D. Cox and D. Oakes, Analysis of Survival Data (1984); J. Sun, The Statistical Analysis of Interval-censored
Failure Time Data (2006); A. Davison and D. Hinkley, Bootstrap Methods (1997); J. Cohen, Educational and Psychological
Measurement 20 (1960).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Day
from importlib.resources import files

import numpy as np
import scipy
from jaxtyping import Bool, Float

from winset.errors import SettingError
from winset.seeds import uniform, words

DAYS_A_MONTH = 30.4375  # source: mean length of a month, 365.25/12
RESAMPLES = 4000  # no answer: resamples of a count that is reported apart (docs/decisions/0009); no lens runs it
LEAST_RATE, LARGEST_RATE = 1e-9, 1e6  # no answer: bounds of a rate a month; one at the upper is reported as infinite
HALVINGS = 80  # no answer: of what lies between them
WEAR_GRID = np.concatenate(
    [[0.0], np.geomspace(1e-3, 1e2, 81)]
)  # no answer: rates tried in `share_and_wear`; no lens runs it
SHARES_CROSSED, SHARES_TOGETHER = (
    np.arange(0.05, 0.96, 0.01),
    np.arange(0.0, 0.96, 0.01),
)  # no answer: tried in `owner_dependence`
NODES = 60  # no answer: nodes of a quadrature; no lens runs it


@dataclass(frozen=True)
class Line:
    """One line of one owner, and what became of it.

    `crossed` is yes, no or unclear by the text that ended the fighting, or `before` where the owner gave it up ahead of
    `date`, by the act in `agreement` on the day in `agreed`. `second` is a second coding of the same coder, or empty.
    """

    id: str
    war: str
    date: Day
    owner: str
    kind: str
    line: str
    source: str
    stated: Day
    agreement: str
    agreed: Day
    clause: str
    crossed: str
    second: str
    note: str

    @property
    def months(self) -> float:
        """Months from the date of the coding to the text."""
        return (self.agreed - self.date).days / DAYS_A_MONTH


@dataclass(frozen=True)
class Sample:
    """Lines with a known end: crossed or not, months until the text, and the war that each belongs to."""

    crossed: Bool[np.ndarray, " line"]
    months: Float[np.ndarray, " line"]
    wars: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.crossed) == len(self.months) == len(self.wars) > 0:
            raise SettingError("a sample needs at least one line, and for each whether crossed, the months and the war")
        if not np.all((self.months > 0) & np.isfinite(self.months)):
            raise SettingError("months until the text must be greater than 0 and finite")


@dataclass(frozen=True)
class Estimate:
    """A number with the interval from resampled whole wars."""

    value: float
    low: float
    high: float
    lines: int
    wars: int


@dataclass(frozen=True)
class Tally:
    """Crossed and kept lines counted by war and by months; rows of `weights` are resamples of the wars."""

    crossed: Float[np.ndarray, "war month"]
    kept: Float[np.ndarray, "war month"]
    months: Float[np.ndarray, " month"]

    def weighed(
        self, weights: Float[np.ndarray, "row war"]
    ) -> tuple[Float[np.ndarray, "row month"], Float[np.ndarray, "row month"]]:
        """Crossed and kept lines by months in each resample."""
        return weights @ self.crossed, weights @ self.kept


def ended_wars() -> tuple[Line, ...]:
    """The table of the package: lines of eleven negotiations in ten ended wars (see docs/decisions/0009)."""
    text = files("winset.theory").joinpath("lines_of_ended_wars.csv").read_text(encoding="utf-8")
    dates = ("stated", "date", "agreed")
    rows = csv.DictReader(text.splitlines())
    cells = [{key: Day.fromisoformat(cell) if key in dates else cell for key, cell in row.items()} for row in rows]
    return tuple(Line(**own) for own in cells)  # type: ignore[arg-type]


def sample(lines: Sequence[Line], unclear: bool | None = None) -> Sample:
    """The lines that stood at their date; those with an unclear end are left out, or taken as crossed (True) or kept
    (False)."""
    used = [
        line for line in lines if line.crossed in ("yes", "no") or (line.crossed == "unclear" and unclear is not None)
    ]
    return Sample(
        crossed=np.array(
            [line.crossed == "yes" or (line.crossed == "unclear" and bool(unclear)) for line in used], bool
        ),
        months=np.array([line.months for line in used], float),
        wars=tuple(line.war for line in used),
    )


def cohort(lines: Sequence[Line]) -> Sample:
    """Every line from its first statement to the act that gave it up, or to the text. An unclear end is an end without
    harm.

    A line stated in two negotiations of one war (same owner, same words) is followed once.
    """
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.war, line.owner, line.line), []).append(line)
    gone = [sorted(each.agreed for each in group if each.crossed in ("yes", "before")) for group in groups.values()]
    first = [min(each.stated for each in group) for group in groups.values()]
    last = [
        given[0] if given else max(e.agreed for e in group) for given, group in zip(gone, groups.values(), strict=True)
    ]
    return Sample(
        crossed=np.array([bool(given) for given in gone]),
        months=np.array([(end - start).days / DAYS_A_MONTH for start, end in zip(first, last, strict=True)]),
        wars=tuple(war for war, _, _ in groups),
    )


def older(lived: Sample, months: float) -> Sample:
    """The part of a cohort's lives after an age, with its crossings; lines that ended before it are out.

    Posture is dropped early, so that what an old line still loses a month is nearer to the wear of a real one.
    """
    kept = lived.months > months
    return Sample(
        crossed=lived.crossed[kept],
        months=lived.months[kept] - months,
        wars=tuple(war for war, stays in zip(lived.wars, kept, strict=True) if stays),
    )


def share_crossed(data: Sample, seed: int = 1, resamples: int = RESAMPLES, level: float = 0.95) -> Estimate:
    """q: the share of lines crossed by their owner's signature."""
    count, made = _tally(data), _resampled(data, seed, resamples)

    def share(weights: Float[np.ndarray, "row war"]) -> Float[np.ndarray, " row"]:
        crossed, kept = (each.sum(axis=1) for each in count.weighed(weights))
        return crossed / (crossed + kept)

    return _estimate(data, share(_whole(data))[0], share(made), level)


def wear_rate(data: Sample, seed: int = 1, resamples: int = RESAMPLES, level: float = 0.95) -> Estimate:
    """L: the constant rate a month at which lines give way if every line was real at the date.

    Infinite where all lines of a resample were crossed; an upper bound of the wear of real lines, because posture
    counts as wear.
    """
    count, made = _tally(data), _resampled(data, seed, resamples)

    def rate(weights: Float[np.ndarray, "row war"]) -> Float[np.ndarray, " row"]:
        return _rate(*count.weighed(weights), count.months)

    return _estimate(data, rate(_whole(data))[0], rate(made), level)


def given_up_rate(lived: Sample, seed: int = 1, resamples: int = RESAMPLES, level: float = 0.95) -> Estimate:
    """L of a `cohort`: lines given up over months lived, both summed within each resample."""
    count, made = _tally(lived), _resampled(lived, seed, resamples)

    def rate(weights: Float[np.ndarray, "row war"]) -> Float[np.ndarray, " row"]:
        crossed, kept = count.weighed(weights)
        return crossed.sum(axis=1) / ((crossed + kept) @ count.months)

    return _estimate(lived, rate(_whole(lived))[0], rate(made), level)


def share_and_wear(
    data: Sample, seed: int = 1, resamples: int = RESAMPLES, level: float = 0.95
) -> tuple[Estimate, Estimate]:
    """(r, L): the share of lines real at the date and the rate a month at which those give way, both by likelihood.

    L is searched on WEAR_GRID (neighbours 15 per cent apart, and 0), r is solved exactly for each.
    """
    count, made = _tally(data), _resampled(data, seed, resamples)
    best, drawn = _both(count, _whole(data)), _both(count, made)
    return (
        _estimate(data, best[0][0], drawn[0], level),
        _estimate(data, best[1][0], drawn[1], level),
    )


def owner_dependence(
    lines: Sequence[Line], seed: int = 1, resamples: int = RESAMPLES, level: float = 0.95
) -> tuple[Estimate, Estimate]:
    """(q, s): the share of lines crossed, and the share of an owner's luck that all its lines in a war have in
    common."""
    used = [line for line in lines if line.crossed in ("yes", "no")]
    data = sample(lines)
    owners = sorted({(line.war, line.owner) for line in used})
    wars = sorted({line.war for line in used})
    by_war = np.zeros((len(wars), len(SHARES_CROSSED) * len(SHARES_TOGETHER)))
    for war, owner in owners:
        codes = [line.crossed for line in used if (line.war, line.owner) == (war, owner)]
        by_war[wars.index(war)] += log_owner(codes.count("yes"), codes.count("no")).ravel()
    best = [
        np.unravel_index(np.argmax(weights @ by_war, axis=1), (len(SHARES_CROSSED), len(SHARES_TOGETHER)))
        for weights in (_whole(data), _resampled(data, seed, resamples))
    ]
    (share, together), (shares, togethers) = best
    return (
        _estimate(data, SHARES_CROSSED[share[0]], SHARES_CROSSED[shares], level),
        _estimate(data, SHARES_TOGETHER[together[0]], SHARES_TOGETHER[togethers], level),
    )


def log_owner(crossed: int, kept: int) -> Float[np.ndarray, "share together"]:
    """Log-likelihood of an owner who crossed so many lines and kept so many, over the two grids."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    common = np.sqrt(SHARES_TOGETHER)[None, :, None] * nodes
    score = (scipy.special.ndtri(SHARES_CROSSED)[:, None, None] - common) / np.sqrt(1 - SHARES_TOGETHER)[None, :, None]
    return np.asarray(
        np.log((scipy.special.ndtr(score) ** crossed * scipy.special.ndtr(-score) ** kept) @ (weights / weights.sum()))
    )


def log_likelihoods(data: Sample) -> dict[str, float]:
    """The greatest log-likelihood of each structure (natural logarithm; `base` and `wear` have one parameter, `both`
    two)."""
    count, whole = _tally(data), _whole(data)
    crossed, kept = count.weighed(whole)
    share = crossed.sum() / (crossed.sum() + kept.sum())
    lasting = np.exp(-_rate(crossed, kept, count.months)[0] * count.months)
    real, rate = _both(count, whole)
    return {
        "base": _log_likelihood(crossed[0], kept[0], np.full_like(count.months, share)),
        "wear": _log_likelihood(crossed[0], kept[0], 1 - lasting),
        "both": _log_likelihood(crossed[0], kept[0], 1 - real[0] * np.exp(-rate[0] * count.months)),
    }


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa of two codings of the same rows; nan where both use one and the same code throughout.

    >>> round(kappa(["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15), 3)
    0.4
    """
    if len(first) != len(second) or not first:
        raise SettingError("two codings of the same rows are needed, at least one row")
    a, b = np.array(first), np.array(second)
    chance = sum(np.mean(a == code) * np.mean(b == code) for code in set(first) | set(second))
    return float((np.mean(a == b) - chance) / (1 - chance)) if chance < 1 else float("nan")


def _tally(data: Sample) -> Tally:
    wars, war = np.unique(np.array(data.wars), return_inverse=True)
    months, month = np.unique(data.months, return_inverse=True)
    counts = np.zeros((2, len(wars), len(months)))
    np.add.at(counts, (data.crossed.astype(int), war, month), 1.0)
    return Tally(crossed=counts[1], kept=counts[0], months=months)


def _whole(data: Sample) -> Float[np.ndarray, "1 war"]:
    return np.ones((1, len(set(data.wars))))


def _resampled(data: Sample, seed: int, resamples: int) -> Float[np.ndarray, "resample war"]:
    """How often each war is drawn in each resample."""
    if resamples < 1:
        raise SettingError(f"resamples must be at least 1, not {resamples}")
    wars = len(set(data.wars))
    luck = uniform(words(seed, "lines crossed", "wars", count=resamples * wars)).reshape(resamples, wars)
    drawn = np.floor(luck * wars).astype(int)
    return np.stack([(drawn == war).sum(axis=1) for war in range(wars)], axis=1).astype(float)


def _rate(
    crossed: Float[np.ndarray, "row month"], kept: Float[np.ndarray, "row month"], months: Float[np.ndarray, " month"]
) -> Float[np.ndarray, " row"]:
    """Root of the likelihood equation by bisection on the logarithm; 0 with none crossed, infinite with none kept."""
    low = np.full(len(crossed), np.log(LEAST_RATE))
    high = np.full(len(crossed), np.log(LARGEST_RATE))
    at_risk = kept @ months
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        gain = np.sum(crossed * months / np.expm1(np.minimum(np.exp(middle)[:, None] * months, 700.0)), axis=1)
        low, high = np.where(gain > at_risk, middle, low), np.where(gain > at_risk, high, middle)
    rate = np.exp((low + high) / 2)
    return np.where(crossed.sum(axis=1) == 0, 0.0, np.where(kept.sum(axis=1) == 0, np.inf, rate))


def _real_share(
    crossed: Float[np.ndarray, "row month"], kept: Float[np.ndarray, "row month"], lasting: Float[np.ndarray, " month"]
) -> Float[np.ndarray, " row"]:
    """r in [0, 1] of the greatest likelihood, given the chance exp(-L m) that a real line lasts."""
    low, high, number = np.zeros(len(crossed)), np.ones(len(crossed)), kept.sum(axis=1)
    for _ in range(HALVINGS // 2):
        middle = (low + high) / 2
        chance = middle[:, None] * lasting
        short = np.sum(crossed * chance / (1 - chance), axis=1) < number
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return (low + high) / 2


def _both(
    count: Tally, weights: Float[np.ndarray, "row war"]
) -> tuple[Float[np.ndarray, " row"], Float[np.ndarray, " row"]]:
    crossed, kept = count.weighed(weights)
    best = np.full(len(weights), -np.inf)
    share, rate = np.zeros(len(weights)), np.zeros(len(weights))
    for tried in WEAR_GRID:
        real = _real_share(crossed, kept, np.exp(-tried * count.months))
        chance = 1 - real[:, None] * np.exp(-tried * count.months)
        fit = np.sum(scipy.special.xlogy(crossed, chance) + scipy.special.xlog1py(kept, -chance), axis=1)
        better = fit > best + 1e-9  # a tie goes to the slower wear
        best, share, rate = (np.where(better, new, old) for new, old in ((fit, best), (real, share), (tried, rate)))
    return share, rate


def _log_likelihood(
    crossed: Float[np.ndarray, " month"], kept: Float[np.ndarray, " month"], chance: Float[np.ndarray, " month"]
) -> float:
    return float(np.sum(scipy.special.xlogy(crossed, chance) + scipy.special.xlog1py(kept, -chance)))


def _estimate(data: Sample, value: float, drawn: Float[np.ndarray, " resample"], level: float) -> Estimate:
    if not 0 < level < 1:
        raise SettingError(f"level must lie between 0 and 1, not {level}")
    # Order statistics and no interpolation: a resample may be infinite.
    low, high = np.sort(drawn)[
        [int((1 - level) / 2 * (len(drawn) - 1)), int(np.ceil((1 + level) / 2 * (len(drawn) - 1)))]
    ]
    return Estimate(
        value=float(value), low=float(low), high=float(high), lines=len(data.crossed), wars=len(set(data.wars))
    )
