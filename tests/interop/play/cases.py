"""The register of the cases of `tests/vectors/audit`."""

from __future__ import annotations

from typing import Callable, NamedTuple

from .scene import Made, Scene

VERIFIED = "VERIFIED"
PUBLIC = "VERIFIED AS FAR AS IT IS PUBLIC"


class Case(NamedTuple):
    """A case: its name, what `nemcon audit` says of it, and how it is made."""

    name: str
    words: str
    make: Callable[[], Made]


CASES: list[Case] = []


def good(name: str, words: str = VERIFIED) -> Callable[[Callable[[], Scene | Made]], None]:
    """Registers an export in which nothing is wrong."""
    return _register(name, words)


def bad(name: str, fault: str) -> Callable[[Callable[[], Scene | Made]], None]:
    """Registers an export with this first fault: its name, and the name of the refusal if it has one."""
    return _register(name, f"NOT VERIFIED: {fault}")


def _register(name: str, words: str) -> Callable[[Callable[[], Scene | Made]], None]:
    def register(play: Callable[[], Scene | Made]) -> None:
        def make() -> Made:
            played = play()
            return played.made() if isinstance(played, Scene) else played

        CASES.append(Case(name, words, make))

    return register
