"""A paper as one HTML page that needs no network and no script, laid out for the screen and for A4."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from winset.report import words
from winset.report.pack.paper import Block, Heading, Paper, Picture, Prose, Sheet, legal
from winset.report.pack.refs import references
from winset.report.pack.told import Told


def as_page(told: Told, paper: Paper) -> str:
    numbers = {id_: i + 1 for i, id_ in enumerate(paper.cited())}
    style = _file("page.css")
    versions = told.report.settings.get("versions") or {}
    page = (
        _environment()
        .from_string(_file("page.html"))
        .render(
            paper=paper,
            title=words.clean(told.case.title),
            blocks=[(_kind(block), block) for block in paper.blocks],
            numbers=numbers,
            references=references(told, paper),
            footer=told.footer(),
            version=versions.get("winset", ""),
            clean=words.clean,
            drawing=_drawing,
            style=Markup(style),
            style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
    return legal(page)


def _kind(block: Block) -> str:
    kinds = {Heading: "heading", Prose: "prose", Picture: "picture", Sheet: "sheet"}
    return kinds[type(block)]


def _drawing(picture: Picture) -> Markup:
    """The picture as an image: its own text can reach nothing of the page."""
    data = base64.b64encode(picture.svg.encode()).decode()
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(data, f"{picture.title}. {picture.told}")


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def _file(name: str) -> str:
    return files("winset.report").joinpath("pack", name).read_text(encoding="utf-8")
