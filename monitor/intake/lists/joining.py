"""A page's own list of references, replaced or completed by a file's entries; what was joined is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.domain.articles import Reference, ReferenceKind
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.titles import TitleMatch, likeness, stands_in, title_words
from monitor.intake.citations.strings import citation_of

_SAME = frozenset({TitleMatch.SAME, TitleMatch.SPELT, TitleMatch.SHORTENED})
_FEWEST_WORDS = 4
"""A title of fewer words stands in many entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """How the two lists were joined, as texts. ``same`` and ``by_place`` are pairs of page and file; ``only_page``
    are entries that the file has not, ``added`` those that the page has not."""

    same: tuple[tuple[str, str], ...] = ()
    by_place: tuple[tuple[str, str], ...] = ()
    only_page: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def with_file(page: Sequence[Reference], file: Sequence[Reference]) -> tuple[tuple[Reference, ...], Joining]:
    """The list of a page as a file gives it.

    An entry of the page that shares an identifier or the title with one of the file becomes that one, with the page's
    number. What is left is joined by the number where both sides print one, or by the order of lists that agree in it
    and are equally long. Entries that only one side has stay, those of the file behind, with a number only where the
    file gives one that is free; on a page without a list the order of the file gives the numbers.
    """
    if not file:
        return tuple(page), Joining()
    if not page:
        return _in_order(file), Joining(added=tuple(entry.text for entry in file))
    pairs = _same(page, file)
    by_place = _by_number(page, file, pairs) or _by_order(page, file, pairs)
    kept = [
        _as_in_file(entry, file[found]) if (found := pairs.get(at, by_place.get(at))) is not None else entry
        for at, entry in enumerate(page)
    ]
    taken = {*pairs.values(), *by_place.values()}
    left = [entry for at, entry in enumerate(file) if at not in taken]
    numbers = {entry.number for entry in kept if entry.number is not None}
    added = [replace(entry, number=None) if entry.number in numbers else entry for entry in left]
    return (*kept, *added), Joining(
        same=tuple((page[at].text, file[found].text) for at, found in pairs.items()),
        by_place=tuple((page[at].text, file[found].text) for at, found in by_place.items()),
        only_page=tuple(entry.text for at, entry in enumerate(page) if at not in pairs and at not in by_place),
        added=tuple(entry.text for entry in added),
    )


def _in_order(file: Sequence[Reference]) -> tuple[Reference, ...]:
    if _has_numbers(file):
        return tuple(file)
    return tuple(replace(entry, number=at if at <= 999 else None) for at, entry in enumerate(file, start=1))


def _same(page: Sequence[Reference], file: Sequence[Reference]) -> dict[int, int]:
    """Index on the page → index in the file: by identifiers first, then by titles, each entry once."""
    by_identifier, by_word = dict[Identifier, list[int]](), dict[str, list[int]]()
    for at, entry in enumerate(file):
        for identifier in _own(entry):
            by_identifier.setdefault(identifier, []).append(at)
        if words := title_words(entry.title):
            by_word.setdefault(max(words, key=len), []).append(at)
    pairs = dict[int, int]()
    for at, entry in enumerate(page):
        likely = [other for identifier in _own(entry) for other in by_identifier.get(identifier, ())]
        _pair(pairs, at, likely)
    for at, entry in enumerate(page):
        # The longest word of a title stands in the entry, or the title does not.
        said = set(title_words(f"{entry.title} {entry.text}"))
        likely = sorted(other for word in said for other in by_word.get(word, ()))
        if at not in pairs:
            _pair(pairs, at, [other for other in likely if _share_title(entry, file[other])])
    return dict(sorted(pairs.items()))


def _pair(pairs: dict[int, int], at: int, likely: Sequence[int]) -> None:
    taken = set(pairs.values())
    if (found := next((other for other in likely if other not in taken), None)) is not None:
        pairs[at] = found


def _by_number(page: Sequence[Reference], file: Sequence[Reference], pairs: dict[int, int]) -> dict[int, int]:
    """What is left, by the number that both sides print, as long as nothing speaks against it."""
    by_number = {entry.number: at for at, entry in enumerate(file) if entry.number and at not in pairs.values()}
    found = dict[int, int]()
    for at, entry in enumerate(page):
        number = entry.number
        if at in pairs or number is None or number not in by_number:
            continue
        if _may_be_one(entry, file[by_number[number]]):
            found[at] = by_number.pop(number)
    return found


def _by_order(page: Sequence[Reference], file: Sequence[Reference], pairs: dict[int, int]) -> dict[int, int]:
    """What is left, by its place, if the lists are equally long and nothing stands at another place in the file."""
    if len(page) != len(file) or any(at != found for at, found in pairs.items()) or _has_numbers(file):
        return {}
    left = (at for at in range(len(page)) if at not in pairs)
    return {at: at for at in left if _may_be_one(page[at], file[at])}


def _has_numbers(file: Sequence[Reference]) -> bool:
    return any(entry.number is not None for entry in file)


def _own(reference: Reference) -> set[Identifier]:
    """The identifiers that mean this reference alone. A trial's number is that of every paper about it."""
    return {item for item in reference.identifiers if item.scheme is not Scheme.NCT}


def _share_title(one: Reference, other: Reference) -> bool:
    """Whether the titles are the same, or the file's stands in the page's words; years must not differ by far."""
    if one.year is not None and other.year is not None and abs(one.year - other.year) > 1:
        return False
    if _contradict(one, other) or not other.title:
        return False
    found = likeness(one.title, other.title)
    if found is not None and found.match in _SAME:
        return True
    return len(title_words(other.title)) >= _FEWEST_WORDS and stands_in(other.title, one.text)


def _contradict(one: Reference, other: Reference) -> bool:
    """Whether identifiers of one kind say that two entries are two things, or both give years that are far apart."""
    kinds = {item.scheme for item in _own(one)} & {item.scheme for item in _own(other)}
    if kinds and not _own(one) & _own(other):
        return True
    return one.year is not None and other.year is not None and abs(one.year - other.year) > 1


def _may_be_one(page: Reference, file: Reference) -> bool:
    """Whether an entry at the place of another may be it: nothing contradicts, and the file's first author is named."""
    author = title_words(citation_of(file).first_author)
    return not _contradict(page, file) and (not author or max(author, key=len) in title_words(page.text))


def _as_in_file(page: Reference, file: Reference) -> Reference:
    """The file's entry under the page's number; what only the page knows is kept."""
    is_plain = file.kind in (ReferenceKind.RESEARCH, ReferenceKind.OTHER)
    return replace(
        file,
        number=page.number if page.number is not None else file.number,
        kind=page.kind if is_plain and page.kind is not ReferenceKind.OTHER else file.kind,
        organisation=file.organisation or page.organisation,
        identifiers=tuple(dict.fromkeys((*file.identifiers, *page.identifiers))),
    )
