"""What an edit of a page did: which sentences and references are the same, which were changed, added or removed."""

from __future__ import annotations

import difflib
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from monitor.domain.articles import Claim, Reference
from monitor.domain.identifiers import Scheme
from monitor.domain.kinds import EventKind
from monitor.domain.titles import title_words

Old = TypeVar("Old")
New = TypeVar("New")

REWORDED_FROM = 0.6
"""A sentence that shares so much of its words with one that is gone is that one, reworded."""
RESPELT_FROM = 0.8
"""A reference that shares so much of its words and all its figures with one that is gone is that one."""
OF_ONE_PAPER = frozenset({Scheme.PUBMED, Scheme.DOI})
"""A paper has its own identifier of these; a trial's is shared by all papers about it."""
WORDS_OF_A_TITLE = 4
"""A shorter title is that of many papers."""
_IDENTIFIERS = re.compile(r"https?://\S+|\b(?:doi|PMID|PMCID)\b[:\s]*\S+|\b10\.\d{4,9}/\S+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired(Generic[Old, New]):
    """Old things with the new ones they became, the new ones that came, and the old ones that went."""

    kept: tuple[tuple[Old, New], ...]
    added: tuple[New, ...]
    removed: tuple[Old, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An open finding as an edit may answer it: its references, and the claims it concerns with how surely."""

    id: str
    reference_ids: tuple[int, ...]
    claims: tuple[tuple[int, str], ...]
    is_open: bool = True
    kind: EventKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A finding that an edit of the page answered, and how."""

    id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an edit did to an article. ``reworded`` and ``removed`` are texts as they were before the edit."""

    is_new: bool = False
    kept: int = 0
    added: int = 0
    reworded: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    references_added: int = 0
    references_removed: tuple[str, ...] = ()
    answered: tuple[Answered, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the page is as it was."""
        changed = (self.is_new, self.added, self.reworded, self.removed, self.references_added)
        return not any((*changed, self.references_removed, self.answered))


def answer_to(
    finding: Told,
    *,
    touched: Collection[int],
    claims: Collection[int],
    references: Collection[int],
    has_list: bool,
    on: date,
) -> str | None:
    """Why an edit leaves nothing of what a finding concerned, or None while something of it stands.

    ``claims`` and ``references`` are the ids of those that the page has now, ``touched`` of the claims that rest on the
    finding's references now. A page that lost its whole list is taken for a torso: what it does not list is not taken
    for given up. A finding that concerns the article as a whole, such as new evidence, is answered by no edit.
    """
    if not finding.reference_ids or touched:
        return None
    had = {claim for claim, _ in finding.claims}
    if not has_list and (not had or had & set(claims)):
        return None
    if not any(reference in references for reference in finding.reference_ids):
        return f"the page as read on {on} no longer gives this reference"
    if had:
        return f"the page as read on {on} no longer rests a sentence on it; the reference is still listed"
    return None


def paired_claims(old: Sequence[tuple[int, Claim]], new: Sequence[Claim]) -> Paired[tuple[int, Claim], Claim]:
    """Find the claims of a page again in its next version, by content.

    The same words under the same heading are the same claim, wherever they stand; then the same words under another
    heading; then the words that are most alike. No claim is found twice.
    """
    words = [title_words(claim.text) for _, claim in old], [title_words(claim.text) for claim in new]
    return _paired(
        old,
        new,
        same=(
            ([claim.key for _, claim in old], [claim.key for claim in new]),
            ([" ".join(some) for some in words[0]], [" ".join(some) for some in words[1]]),
        ),
        alike=lambda before, after: _shared(words[0][before], words[1][after]),
        least=REWORDED_FROM,
    )


def paired_references(
    old: Sequence[tuple[int, Reference]], new: Sequence[Reference]
) -> Paired[tuple[int, Reference], Reference]:
    """Find the references of a page again in its next version, by content.

    An entry with other figures, another year or page, is another entry; one that gained an identifier is not, nor one
    that is printed otherwise with an identifier it had, or with the title it had and figures that were missing.
    """
    words = [_bare(item) for _, item in old], [_bare(item) for item in new]
    return _paired(
        old,
        new,
        same=(([(item.listed, item.key) for _, item in old], [(item.listed, item.key) for item in new]),),
        alike=lambda before, after: max(
            _completed(old[before][1], new[after]),
            _shared(words[0][before], words[1][after]) if _may_be_one(old[before][1], new[after]) else 0.0,
        ),
        least=RESPELT_FROM,
    )


def _paired(
    old: Sequence[Old],
    new: Sequence[New],
    *,
    same: Iterable[tuple[Sequence[Hashable], Sequence[Hashable]]],
    alike: Callable[[int, int], float],
    least: float,
) -> Paired[Old, New]:
    """Pair by each key in turn, in reading order where several share one, then by likeness, the best pairs first."""
    left, waiting, kept = dict.fromkeys(range(len(old))), dict.fromkeys(range(len(new))), dict[int, int]()
    for old_keys, new_keys in same:
        by_key: dict[Hashable, deque[int]] = {}
        for at in left:
            by_key.setdefault(old_keys[at], deque()).append(at)
        for at in list(waiting):
            if found := by_key.get(new_keys[at]):
                kept[at] = found.popleft()
                del left[kept[at]], waiting[at]
    scores = ((alike(before, after), before, after) for before in left for after in waiting)
    likely = sorted(
        (item for item in scores if item[0] >= least), key=lambda item: (-item[0], abs(item[1] - item[2]), item[1:])
    )
    for _, before, after in likely:
        if before in left and after in waiting:
            kept[after] = before
            del left[before], waiting[after]
    return Paired(
        kept=tuple((old[before], new[after]) for after, before in sorted(kept.items())),
        added=tuple(new[at] for at in waiting),
        removed=tuple(old[at] for at in left),
    )


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of words that two texts have in common, in order; 0 where they plainly have little."""
    if 2 * len(set(one) & set(other)) < 0.5 * (len(set(one)) + len(set(other))):
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(reference: Reference) -> list[str]:
    """The words of an entry without its identifiers."""
    return title_words(_IDENTIFIERS.sub(" ", reference.text))


def _completed(old: Reference, new: Reference) -> float:
    """1 for listed entries of which one is the other told in full: more figures, and the same title or identifier."""
    if not (old.listed and new.listed):
        return 0.0
    schemes = {item.scheme for item in old.identifiers} & {item.scheme for item in new.identifiers}
    shared = {item.scheme for item in set(old.identifiers) & set(new.identifiers)}
    if shared & OF_ONE_PAPER and shared == schemes:
        return 1.0
    title = title_words(old.title)
    if len(title) < WORDS_OF_A_TITLE or title != title_words(new.title) or _are_two(old, new):
        return 0.0
    fewer, more = sorted((Counter(_figures(item)) for item in (old, new)), key=Counter.total)
    return 1.0 if fewer <= more else 0.0


def _may_be_one(old: Reference, new: Reference) -> bool:
    """Whether two listed entries give the same figures, and no identifiers that say that they are two."""
    if not (old.listed and new.listed) or _are_two(old, new):
        return False
    return _figures(old) == _figures(new)


def _are_two(old: Reference, new: Reference) -> bool:
    """Whether identifiers of one kind say that two entries mean two things."""
    schemes = {item.scheme for item in old.identifiers} & {item.scheme for item in new.identifiers}
    return bool(schemes) and not set(old.identifiers) & set(new.identifiers)


def _figures(reference: Reference) -> list[str]:
    return sorted(word for word in _bare(reference) if any(char.isdigit() for char in word))
