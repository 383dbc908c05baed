"""Wrecked headers and columns."""

from __future__ import annotations

from tests.corruption.wreck import At, Cells, Record, Wreck, wreck


def dropped(at: At) -> Wreck:
    """The column is not there."""
    position = at.clean.at(at.column)

    def without(cells: Cells) -> Cells:
        return cells[:position] + cells[position + 1 :]

    made = wreck(at, [Record(without(one.cells), one.of) for one in at.records()], without(at.clean.header))
    made.lost_column = at.column
    return made


def swapped(at: At) -> Wreck:
    """The cells of the column and of the one that `text` names have changed places; the header has not."""
    one, other = at.clean.at(at.column), at.clean.at(at.text)

    def exchanged(cells: Cells) -> Cells:
        places = list(cells)
        places[one], places[other] = cells[other], cells[one]
        return tuple(places)

    return wreck(at, [Record(exchanged(record.cells), record.of) for record in at.records()])


def reordered(at: At) -> Wreck:
    """The columns stand in another order, each with its name."""
    order = at.chance.sample(range(len(at.clean.header)), len(at.clean.header))

    def sorted_anew(cells: Cells) -> Cells:
        return tuple(cells[n] for n in order)

    records = [Record(sorted_anew(one.cells), one.of) for one in at.records()]
    return wreck(at, records, sorted_anew(at.clean.header), touched=set())


def renamed(at: At) -> Wreck:
    """The name of the column is `text`, in which {name} stands for its own."""
    position = at.clean.at(at.column)
    name = at.text.replace("{NAME}", at.column.upper()).replace("{name}", at.column)
    header = (*at.clean.header[:position], name, *at.clean.header[position + 1 :])
    return wreck(at, at.records(), header)


def named_twice(at: At) -> Wreck:
    """A second column of the same name stands at the end, with the cells of another patient's records."""
    position, records = at.clean.at(at.column), at.records()
    others = [one.cells[position] for one in reversed(records)]
    doubled = [Record((*one.cells, other), one.of) for one, other in zip(records, others, strict=True)]
    return wreck(at, doubled, (*at.clean.header, at.column))


def headerless(at: At) -> Wreck:
    """The file begins with its first record."""
    return wreck(at, at.records(), (), above=0)


def header_again(at: At) -> Wreck:
    """The header stands a second time between the records."""
    records = at.records()
    records.insert(at.middle(), Record(at.clean.header, None))
    return wreck(at, records)


def title_above(at: At) -> Wreck:
    """Lines of a title stand above the header."""
    lines = at.text.encode() + b"\n"
    return wreck(at, at.records(), rewrite=lambda data: lines + data)


def more_columns(at: At) -> Wreck:
    """As many columns of other names as `text` says."""
    more = int(at.text)
    records = [Record(one.cells + ("7",) * more, one.of) for one in at.records()]
    return wreck(at, records, (*at.clean.header, *(f"more_{n}" for n in range(more))), touched=set())
