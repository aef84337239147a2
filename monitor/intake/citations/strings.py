"""Citation strings → their parts. What is not recognised stays empty; nothing is guessed from half a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.domain.articles import Reference
from monitor.domain.citations import Citation
from monitor.intake.citations.authors import Authors, authors_in
from monitor.intake.citations.figures import figures_in, only_year
from monitor.intake.citations.printed import read_again

_TAIL = re.compile(
    r"\bPMC?ID[:\s]*(?:PMC)?\d.*$|\b(?:PMC|NCT|ISBN|ISSN)[:\s]*[\dX-]{4}.*$|\bdoi\b[:.\s]*(?:https?:|10\.).*$"
    r"|\b(?:CrossRef|PubMed|Google Scholar)(?=\s*(?:$|\.$|external|CrossRef|PubMed|Google)).*$"
    r"|\b(?:Available (?:from|at)\b|Accessed (?:on )?[A-Z\d]|Retrieved (?:from|on|[A-Z]\w+ \d)"
    r"|(?:Erratum|Comment|Retraction) (?:in|for|of):|Author reply\b).*$"
    r"|https?://\S+|\b10\.\d{4,9}/\S+|\bE[Pp]ub\s(?:ahead of print\.?|(?:[A-Z][a-z]+\s)?\d[^.]*\.?)"
    r"|\[(?:[Ee]pub|[Pp]ublished|[Cc]ited|[Aa]ccessed|[Uu]pdated|Preprint)[^\]]*\]?",
    re.S,
)
"""What follows a citation, or is put into it, and is no part of it."""
_LANGUAGES = re.compile(r"(?<=[.;])\s+(?:[A-Z][a-z]{3,10}(?:,\s)?){1,4}\.?\s*$")
_LEADING = re.compile(r"^[\s•*–-]*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)])?\s*(?=\S)")
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|u|span)\b[^<>]*>", re.I)
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<![\s(.][A-Z]\.)\s+(?=[^\W_a-z]|[\"“(]|[a-z][A-Z]|medRxiv|bioRxiv|npj)")
_SOURCE_LINE = re.compile(r"(?P<source>.{2,200}?)[,.]\s+(?P<year>(?:19|20)\d\d)\.?")
_ABBREVIATED = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ]\w{0,14}\.[\s-]?){1,6}")
_PARTLY_ABBREVIATED = re.compile(r"(?!An?\s)(?:[A-Z][\w&-]{0,14}\.?\s?){2,4}(?<=\.)")
_FIRST_WORD = re.compile(r"(?<=[.?!]\s)[A-Z]\w{0,11}\.$")
_MOST_OF_A_JOURNAL = 90
_SMALL_IN_JOURNALS = frozenset({"and", "for", "in", "of", "on", "the"})
_CAPITALS = re.compile(r"(?:\s(?:[A-Z][\w.&-]*|of|and|the|in|for|\([A-Z][\w ]*\))){1,8}$")
_LONGEST = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one citation string."""

    title: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""
    first_author: str = ""


def citation_of(reference: Reference) -> Citation:
    """A reference as something to look up: what was read of it on the page, completed from its words.

    What a reference file gave field by field comes back as the file gave it.
    """
    parts = read_again(reference) or parts_of(reference.text)
    return Citation(
        key=reference.key,
        text=reference.text,
        title=reference.title or parts.title,
        journal=reference.source or parts.journal,
        year=reference.year if reference.year is not None else parts.year,
        volume=parts.volume,
        issue=parts.issue,
        first_page=parts.first_page,
        last_page=parts.last_page,
        first_author=parts.first_author,
        identifiers=reference.identifiers,
    )


def parts_of(text: str) -> Parts:
    """Take a citation string apart; identifiers, addresses and a leading number do not matter."""
    words = _plain(text)
    authors = authors_in(words)
    found = figures_in(authors.rest, has_year=authors.year is not None)
    if authors.first and (place := figures_in(words, has_year=False)) and _is_journal(words[: place.start]):
        # A journal such as Bone Joint J looks like a name; nothing but the journal stands before the figures.
        authors, found = Authors(first="", rest=words), place
    if found is None:
        year = authors.year if authors.year is not None else only_year(words)
        return _titled(authors.rest, Parts(year=year, first_author=authors.first), has_figures=False)
    parts = Parts(
        year=authors.year if authors.year is not None else found.year or only_year(words),
        volume=found.volume,
        issue=found.issue,
        first_page=found.first_page,
        last_page=found.last_page,
        first_author=authors.first,
    )
    return _titled(authors.rest[: found.start].rstrip(" ,;("), parts, has_figures=True)


def source_line(text: str) -> tuple[str, int] | None:
    """A line that is nothing but a source and its year, as under an entry's title: ``Some Journal, 2025``."""
    match = _SOURCE_LINE.fullmatch(text.strip())
    if match is None or len(text) > 160 or _SENTENCE_END.search(match["source"]):
        return None
    return match["source"].strip(), int(match["year"])


def _plain(text: str) -> str:
    """One line without markup, numbers of the list, identifiers, and spaces that are put before punctuation."""
    words = _TAIL.sub(" ", _LEADING.sub("", _MARKUP.sub("", text[:_LONGEST]), count=1))
    words = re.sub(r"\s+(?=[.,:;)\]])", "", " ".join(words.split()))
    words = re.sub(r"(?<=[(\[])\s+|(?<=\d)\s+(?=[–-]\s*\d)|(?<=\d[–-])\s+(?=\d)", "", words)
    return re.sub(r"[\s.;,]+$", "", _LANGUAGES.sub("", words)) + "."


def _is_journal(head: str) -> bool:
    """Whether what stands before the figures is one short piece without a comma: a journal, and nothing else."""
    piece = head.strip(" .,;")
    if not 0 < len(piece) < _MOST_OF_A_JOURNAL or "," in piece or re.search(r"[a-z]{3}[.?!]\s", piece):
        return False
    return sum(word.islower() and word not in _SMALL_IN_JOURNALS for word in piece.split()) < 2


def _titled(rest: str, parts: Parts, *, has_figures: bool) -> Parts:
    """Split what stands between authors and figures into title and journal."""
    pieces = [piece.strip() for piece in _SENTENCE_END.split(rest) if piece.strip(" .,")]
    if has_figures:
        pieces = _with_abbreviated_journal(pieces)
    if not pieces:
        return parts
    if not has_figures:
        is_source = parts.first_author and parts.year is not None and len(pieces) == 2 and len(pieces[1]) < 80
        return replace(parts, title=_bare(pieces[0]), journal=_bare(pieces[1]) if is_source else "")
    if len(pieces) == 1:
        return _one_piece(parts, pieces[0])
    return replace(parts, title=_bare(" ".join(pieces[:-1])), journal=_bare(pieces[-1]))


def _with_abbreviated_journal(pieces: list[str]) -> list[str]:
    """A journal whose words end in full stops was split at them: ``Proc. Natl Acad. Sci`` is one piece.

    Its first word may stand at the end of the title, as the ``N.`` of N. Engl. J. Med.
    """
    joined = list(pieces)
    while len(joined) > 1 and _begins_a_journal(joined):
        joined[-2:] = [f"{joined[-2]} {joined[-1]}"]
    first = _FIRST_WORD.search(joined[-2]) if len(joined) > 1 and "." in joined[-1] else None
    if first is None or first.start() < 2:
        return joined
    title, word = joined[-2][: first.start()].rstrip(), first.group()
    return [*joined[:-2], title, f"{word} {joined[-1]}"]


def _begins_a_journal(pieces: list[str]) -> bool:
    """Whether the last piece but one is a part of the journal's name that ends in an abbreviated word."""
    before, last = pieces[-2], pieces[-1]
    has_title = len(pieces) > 2
    if _ABBREVIATED.fullmatch(before):
        return before.count(".") > 1 or (has_title and (len(before) < 8 or "." in last or last.count(" ") < 2))
    return has_title and last.count(" ") < 2 and _PARTLY_ABBREVIATED.fullmatch(before) is not None


def _one_piece(parts: Parts, piece: str) -> Parts:
    """One piece before the figures: a journal alone where there are figures but no authors, else title and journal."""
    title, comma, journal = piece.rpartition(", ")
    if comma and len(title) > 30 and journal[:1].isupper():
        return replace(parts, title=_bare(title), journal=_bare(journal))
    if not parts.first_author and (parts.volume or parts.first_page or len(piece) < 60) and len(piece) < 130:
        return replace(parts, journal=_bare(piece))
    if parts.volume and len(piece) > 40 and (tail := _CAPITALS.search(piece)) and tail.start() > 20:
        return replace(parts, title=_bare(piece[: tail.start()]), journal=_bare(tail.group()))
    return replace(parts, title=_bare(piece))


def _bare(text: str) -> str:
    return text.strip().strip('"“”').rstrip(" .,;:").strip()
