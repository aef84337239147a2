"""An article's sentences as a reader meets them: under their headings, each heading said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.read_models import ClaimView


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading that begins here; the outermost has depth 0."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The headings that begin here, and the sentences up to the next."""

    headings: tuple[Heading, ...]
    claims: tuple[ClaimView, ...]


def blocks(claims: Iterable[ClaimView]) -> tuple[Block, ...]:
    """Sentences in order of position, grouped by the headings above them."""
    found: list[tuple[tuple[str, ...], list[ClaimView]]] = []
    for claim in sorted(claims, key=lambda claim: claim.position):
        if found and found[-1][0] == claim.headings:
            found[-1][1].append(claim)
        else:
            found.append((claim.headings, [claim]))
    before: list[tuple[str, ...]] = [(), *(headings for headings, _ in found)]
    return tuple(
        Block(headings=_begins(headings, last), claims=tuple(group))
        for (headings, group), last in zip(found, before, strict=False)
    )


def _begins(headings: tuple[str, ...], last: tuple[str, ...]) -> tuple[Heading, ...]:
    """The headings that the block before did not stand under already."""
    same = 0
    while same < min(len(headings), len(last)) and headings[same] == last[same]:
        same += 1
    return tuple(Heading(depth=depth, text=headings[depth]) for depth in range(same, len(headings)))
