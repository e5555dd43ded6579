"""Directives that show what the package itself knows: commands, kinds of events, lenses, units, Settings."""

from __future__ import annotations

from collections.abc import Iterator

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


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("event-kinds", EventKinds)
    app.add_directive("model-settings", Settings)
    app.add_directive("units", Units)
    app.add_directive("commands", Commands)
    app.add_directive("lenses", Lenses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
