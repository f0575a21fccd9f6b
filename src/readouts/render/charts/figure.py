"""Two pictures of the same, wide and narrow, and a table of it, as one HTML figure."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from readouts.render.charts import measure
from readouts.render.charts.shapes import Picture
from readouts.render.charts.svg import svg
from readouts.render.labels import Text
from readouts.render.links import Cell
from readouts.render.phrases import Phrases

NOTHING = Markup("")
# As wide as a page, and as a phone 360 pixels wide: both are shown at their own size.
WIDE, NARROW = 1016.0, 320.0


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a picture: the names of the columns, and the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown: its kind (a class of the style sheet), its name, and what it tells.

    `note` stands under the picture. `before` is markup of our own that both pictures use.
    """

    kind: str
    name: str
    told: str
    wide: Picture
    narrow: Picture
    table: Table
    note: str = ""
    before: Markup = NOTHING


def html(figure: Figure, say: Phrases) -> Markup:
    """The figure as HTML. Of its two pictures the style sheet shows one."""
    pictures = Markup("\n").join(
        svg(picture, f"picture {size}", figure.name, figure.told)
        for size, picture in (("broad", figure.wide), ("slim", figure.narrow))
    )
    note = Markup("<p>{}</p>\n").format(figure.note) if figure.note else ""
    return Markup(
        '<figure class="chart {}">\n{}{}\n<figcaption>\n<p>{}</p>\n{}{}</figcaption>\n</figure>'
    ).format(figure.kind, figure.before, pictures, figure.told, note, _table(figure.table, say))


def words(label: Text, address: str = "") -> Cell:
    """A label as a cell of a table."""
    return Cell(measure.plain(label.text), label.language, address)


def _table(table: Table, say: Phrases) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(measure.plain(one)) for one in table.head
    )
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in table.rows
    )
    return Markup(
        "<details>\n<summary>{}</summary>\n"
        '<div class="wide" tabindex="0" role="region" aria-label="{}">\n'
        "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>\n</div>\n</details>\n"
    ).format(say("chart.table"), say("chart.table"), head, rows)


def _cell(cell: Cell | int) -> Markup:
    if isinstance(cell, int):
        return Markup('<td class="number">{:,}</td>').format(cell)
    language = Markup(' lang="{}"').format(cell.language) if cell.language else ""
    text = Markup("<bdi{}>{}</bdi>").format(language, cell.text)
    if cell.address:
        text = Markup('<a href="{}">{}</a>').format(cell.address, text)
    return Markup("<td>{}</td>").format(text)
