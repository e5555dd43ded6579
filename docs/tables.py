"""Directives that show what the package itself knows: commands, kinds of events, lenses, units, Settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from winset import settings as chosen
from winset.case.model import EVENT_KINDS
from winset.units import UNITS


class EventKinds(SphinxDirective):
    """The closed list of kinds of events."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(", ".join(f"`{kind}`" for kind in EVENT_KINDS) + ".")


class Units(SphinxDirective):
    """The closed table of units."""

    def run(self) -> list[nodes.Node]:
        rows = [f"| `{unit}` | {meaning} |" for unit, meaning in UNITS.items()]
        return self.parse_text_to_nodes("\n".join(["| unit | meaning |", "|---|---|", *rows]))


class Settings(SphinxDirective):
    """The table of Settings: value, range, reason, source, and which answers they can move."""

    def run(self) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for row in chosen.table().values():
            section = nodes.section(ids=[nodes.make_id(f"setting-{row.name}")])
            section += nodes.title("", row.name)
            unit = "" if row.words else f" {row.unit}"
            section += nodes.paragraph("", f"{chosen.text(row.value)}{unit}; allowed: {row.range}. {row.reason}")
            section += nodes.paragraph("", f"Source: {row.source}. Read by: {', '.join(row.reads) or 'no lens'}.")
            made.append(section)
        return made


class Lenses(SphinxDirective):
    """Every lens: its question, what it reads, what it assumes."""

    def run(self) -> list[nodes.Node]:
        from winset.lens import LENSES, lens

        made: list[nodes.Node] = []
        for name, (_, question) in LENSES.items():
            look = lens(name)
            section = nodes.section(ids=[nodes.make_id(f"lens-{name}")])
            section += nodes.title("", name)
            section += nodes.paragraph("", question)
            section += nodes.paragraph("", f"Reads: {', '.join(look.reads)}. Assumes:")
            items = [nodes.list_item("", nodes.paragraph("", text)) for text in look.assumes]
            section += nodes.bullet_list("", *items)
            made.append(section)
        return made


def walk(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """(path, help text) of a command and of those under it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from walk(below, click.Context(below, info_name=name, parent=context, max_content_width=100))


class Commands(SphinxDirective):
    """Every command with its help, as the terminal shows it."""

    def run(self) -> list[nodes.Node]:
        from winset.cli.main import main

        made: list[nodes.Node] = []
        for path, text in walk(main, click.Context(main, info_name="winset", max_content_width=100)):
            section = nodes.section(ids=[nodes.make_id(path)])
            section += nodes.title("", path)
            section += nodes.literal_block(text, text, language="text")
            made.append(section)
        return made


class EndedWars(SphinxDirective):
    """A table of `winset backtest` over the ended wars of the repository, by its key."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from winset.backtest import ended, side_by_side
        from winset.case.load import load
        from winset.report.text import plain
        from winset.report.words import cells

        home = Path(__file__).parents[1] / "cases"
        folders = sorted(p.parent for p in home.glob(f"*/{ended.FILE}"))
        found = side_by_side.read(folders, [load(f) for f in folders], home / "ended-wars.jsonl", ())
        table = next(t for t in side_by_side.for_readers(found)[1] if t.key == self.arguments[0])
        columns = [
            cells([plain(c) for c in own], c.kind, c.unit)
            for c, own in zip(table.columns, zip(*table.rows), strict=True)
        ]
        rows = [[c.label for c in table.columns], ["---"] * len(columns), *zip(*columns, strict=True)]
        return self.parse_text_to_nodes("\n".join(f"| {' | '.join(row)} |" for row in rows))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("event-kinds", EventKinds)
    app.add_directive("model-settings", Settings)
    app.add_directive("units", Units)
    app.add_directive("commands", Commands)
    app.add_directive("lenses", Lenses)
    app.add_directive("ended-wars", EndedWars)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
