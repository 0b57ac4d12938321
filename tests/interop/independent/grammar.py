"""Reads and writes lines `field value ...` by a table of fields in their order."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

from .fault import Fault, shown
from .text import Form, verify_characters


class Field(NamedTuple):
    """A line: its name, how often it stands (`1 ? * +`), its values, and those that may follow."""

    name: str
    often: str
    forms: tuple[Form, ...]
    maybe: Form | None = None
    more: Form | None = None


class Group(NamedTuple):
    """Lines that stand together, so often; the first of them always stands."""

    often: str
    items: tuple[Any, ...]

    @property
    def name(self) -> str:
        return self.items[0].name


class Line(NamedTuple):
    """One line that was read."""

    field: Field
    values: tuple[Any, ...]

    @property
    def name(self) -> str:
        return self.field.name

    def render(self) -> str:
        forms = list(self.field.forms)
        if self.field.maybe:
            forms.append(self.field.maybe)
        if self.field.more:
            forms += [self.field.more] * (len(self.values) - len(forms))
        words = [form.render(value) for form, value in zip(forms, self.values)]
        return " ".join([self.field.name, *words])


def field(name: str, often: str, *forms: Form, maybe: Form | None = None, more: Form | None = None) -> Field:
    """A field of a table."""
    return Field(name, often, forms, maybe, more)


def read_line(spec: Field, line: str) -> Line:
    """The values of one line whose name is known to fit."""
    rest = line[len(spec.name) + 1 :]
    if spec.more is not None:
        words = rest.split(" ")
        forms = [*spec.forms, *[spec.more] * (len(words) - len(spec.forms))]
    elif spec.maybe is not None:
        words = rest.split(" ")
        forms = [*spec.forms, spec.maybe][: len(words)]
    else:
        words = rest.split(" ", len(spec.forms) - 1)
        forms = list(spec.forms)
    if len(words) != len(forms) or len(words) < len(spec.forms):
        raise Fault(f"a line has the wrong number of values: {shown(line)}")
    verify_characters(line, file_name=spec.name == "document")
    return Line(spec, tuple(form.parse(word) for form, word in zip(forms, words)))


class Reader:
    """Takes lines one after the other by a table."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.at, self.out = lines, 0, []

    def next_name(self) -> str:
        if self.at >= len(self.lines):
            return ""
        return self.lines[self.at].split(" ", 1)[0]

    def take(self, items: Sequence[Any]) -> None:
        """Takes what the table has, in its order."""
        for item in items:
            count = 0
            while self.next_name() == item.name and (item.often in "*+" or count == 0):
                count += 1
                if isinstance(item, Group):
                    self.take((item.items[0]._replace(often="1"), *item.items[1:]))
                else:
                    self.out.append(read_line(item, self.lines[self.at]))
                    self.at += 1
            if count == 0 and item.often in "1+":
                raise Fault(f"the line {item.name!r} is missing where {self.lacking()} stands")

    def lacking(self) -> str:
        return repr(shown(self.lines[self.at])) if self.at < len(self.lines) else "the end"

    def end(self) -> list[Line]:
        """All lines; none is left over."""
        if self.at != len(self.lines):
            raise Fault(f"a line has no place here: {self.lacking()}")
        return self.out


def read(lines: Sequence[str], items: Sequence[Any]) -> list[Line]:
    """All lines by the table."""
    reader = Reader(lines)
    reader.take(items)
    return reader.end()


class Body:
    """Lines by their names."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self._by_name: dict[str, list[tuple[Any, ...]]] = {}
        for line in lines:
            self._by_name.setdefault(line.name, []).append(line.values)

    def all(self, name: str) -> list[tuple[Any, ...]]:
        """The values of every line of this name."""
        return self._by_name.get(name, [])

    def get(self, name: str, otherwise: Any = None) -> Any:
        """The first value of the first line of this name."""
        found = self._by_name.get(name)
        return found[0][0] if found else otherwise

    def row(self, name: str) -> tuple[Any, ...] | None:
        """All values of the first line of this name."""
        found = self._by_name.get(name)
        return found[0] if found else None

    def has(self, name: str) -> bool:
        return name in self._by_name
