"""Small files in the six event formats, made cell by cell, and actors to read them for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from winset.case.model import Actor

ACTORS = (
    Actor(id="russia", name="Russia", level="party", role="belligerent", signs=True),
    Actor(id="ukraine", name="Ukraine", level="party", role="belligerent", signs=True),
    Actor(id="e3", name="France, Germany and the United Kingdom", level="party", role="supporter"),
    Actor(id="putin", name="Vladimir Putin", level="person", role="leader", principal="russia"),
)


def _names(between: str, text: str) -> list[str]:
    return text.split(between)


UCDP = _names(
    " ",
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name "
    "dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b "
    "number_of_sources source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id "
    "region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high "
    "low gwnoa gwnob",
)
ACLED = _names(
    " ",
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 "
    "actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location "
    "latitude longitude geo_precision source source_scale notes fatalities tags timestamp",
)
POLECAT = _names(
    ",",
    "Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,Actor Country,Actor COW,"
    "Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,Wikipedia Actor ID,Recipient Name,"
    "Recipient Country,Recipient COW,Primary Recipient Sector,Recipient Sectors,Recipient Title,Recipient Name Raw,"
    "Wikipedia Recipient ID,Placename,City,District,Province,Country,Latitude,Longitude,GeoNames ID,Raw Placename,"
    "Feature Type,Source,Publication Date,Story People,Story Organizations,Story Locations,Language,Version",
)
ICEWS = _names(
    ",",
    "Event ID,Event Date,Source Name,Source Sectors,Source Country,Event Text,CAMEO Code,Intensity,Target Name,"
    "Target Sectors,Target Country,Story ID,Sentence Number,Publisher,City,District,Province,Country,Latitude,"
    "Longitude",
)


def ucdp(*rows: dict[str, object], columns: list[str] = UCDP) -> str:
    """A UCDP GED file: Russia against Ukraine on one day with 1, 2 and 3 deaths, but for what a row says."""
    usual = {
        "type_of_violence": 1, "side_a": "Government of Russia (Soviet Union)", "side_b": "Government of Ukraine",
        "gwnoa": 365, "gwnob": 369, "country": "Ukraine", "date_start": "2022-03-01", "low": 1, "best": 2, "high": 3,
    }  # fmt: skip
    made = [{"id": i + 1, **usual, **row} for i, row in enumerate(rows)]
    return table([{"date_end": row["date_start"], **row} for row in made], columns, ",")


def acled(*rows: dict[str, object], columns: list[str] = ACLED) -> str:
    usual = {
        "event_date": "2025-05-16", "sub_event_type": "Air/drone strike",
        "actor1": "Military Forces of Russia (2000-) Air Force",
        "actor2": "Civilians (Ukraine)", "fatalities": 2, "timestamp": 100, "inter1": 1,
        "notes": 'A "quoted", long note',
    }  # fmt: skip
    return table([{"event_id_cnty": f"UKR{i}", **usual, **row} for i, row in enumerate(rows)], columns, ",")


def gdelt(*rows: dict[int, object], width: int = 61) -> str:
    """A GDELT file, cells by their place; Russia to Ukraine, 036, Goldstein 4, but for what a row says."""
    added = {61: 59, 58: 56, 57: 56}[width]
    usual = {1: "20250516", 5: "RUSGOV", 7: "RUS", 15: "UKR", 17: "UKR", 26: "036", 30: "4.0", added: "20250516"}
    lines = []
    for i, row in enumerate(rows):
        cells = {0: 1000 + i, **usual, **row}
        lines.append("\t".join(str(cells.get(place, "")) for place in range(width)))
    return "\n".join(lines) + "\n"


def polecat(*rows: dict[str, object]) -> str:
    usual = {
        "Event Date": "2025-05-16", "Event Type": "CONSULT", "Event Mode": "phone", "Intensity": 1.5,
        "Actor Name": "Vladimir Putin",
        "Actor Country": "RUS", "Recipient Name": "None", "Recipient Country": "UKR", "Publication Date": "2025-05-17",
    }  # fmt: skip
    return table(
        [dict.fromkeys(POLECAT, "None") | {"Event ID": f"E{i}", **usual, **row} for i, row in enumerate(rows)],
        POLECAT,
        "\t",
    )


def icews(*rows: dict[str, object]) -> str:
    usual = {
        "Event Date": "2014-03-01", "Source Name": "Vladimir Putin", "Source Country": "Russian Federation",
        "CAMEO Code": "036",
        "Intensity": 4, "Target Name": "Citizen (Ukraine)", "Target Country": "Ukraine",
    }  # fmt: skip
    return table([{"Event ID": i + 1, **usual, **row} for i, row in enumerate(rows)], ICEWS, "\t")


def table(rows: list[dict[str, object]], columns: list[str], separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(c, "") for c in columns] for row in rows)
    return out.getvalue()


def put(folder: Path, text: str | bytes, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def counts(text: str) -> list[dict[str, str]]:
    """The rows of an imported series."""
    return list(csv.DictReader(io.StringIO(text)))
