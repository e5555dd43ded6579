"""Events as daily counts per pair of actors and type.

An event of n days gives each of them one n-th of its count, score and deaths. All sums are whole millionths: what does
not divide evenly goes, a millionth each, to the first days. So totals are conserved to the last digit, and the order of
the rows of the file changes nothing.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import DEATHS

KEY = ("date", "public", "source", "target", "label")
SLICE = 400_000


def daily_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows (start, end, public, source, target, label, intensity, deaths in thousandths) -> sums in millionths.

    Columns out: date, public, source, target, label, count, intensity and the deaths that came in; sorted by the key.
    """
    sums = ["intensity", *(d for d in DEATHS if d in rows.columns)]
    spans = (
        rows.group_by("start", "end", *KEY[1:])
        .agg(pl.len().cast(pl.Int64).alias("count") * 1_000_000, *(pl.col(s).sum() * 1000 for s in sums))
        .with_columns(days=(pl.col("end") - pl.col("start")).dt.total_days() + 1)
    )
    values = ["count", *sums]
    one_day = spans.filter(pl.col("days") == 1).select(pl.col("start").alias("date"), *KEY[1:], *values)
    longer = spans.filter(pl.col("days") > 1).sort("public", "source", "target", "label", "start", "end")
    slices = longer.with_columns(part=pl.col("days").cum_sum() // SLICE).partition_by("part", maintain_order=True)
    parts = [one_day, *(_spread(part, values) for part in slices)]
    return pl.concat(parts).group_by(KEY).agg(pl.col(values).sum()).sort(KEY)


def _spread(spans: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    each = spans.with_columns(nth=pl.int_ranges(0, pl.col("days"))).explode("nth")
    share = [(pl.col(v) // pl.col("days") + (pl.col("nth") < pl.col(v) % pl.col("days"))).alias(v) for v in values]
    date = (pl.col("start").cast(pl.Int32) + pl.col("nth")).cast(pl.Int32).cast(pl.Date).alias("date")
    return each.select(date, *KEY[1:], *share).group_by(KEY).agg(pl.col(values).sum())


def csv_text(counts: pl.DataFrame) -> str:
    """The sorted counts as CSV: kind, PLOVER type and mode from the label, sums in whole units."""
    parts = pl.col("label").str.split_exact("|", 2).struct.rename_fields(["kind", "plover", "mode"])
    # numpy divides; polars would multiply by a millionth, which shows in the last digit
    values = [(counts[c].to_numpy() / 1_000_000) for c in counts.columns if c not in KEY]
    names = [c for c in counts.columns if c not in KEY]
    shown = counts.select("date", "public", "source", "target", parts.struct.unnest())
    return shown.with_columns(pl.Series(n, v) for n, v in zip(names, values)).write_csv(quote_style="never")
