"""Answering PubMed queries over the records of a day, with the complaints that PubMed makes besides its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.replay import pubmed_fields as fields
from monitor.replay.pubmed_dates import period
from monitor.replay.pubmed_fields import Field, Match, find_field
from monitor.replay.pubmed_index import Article, Index, Words, split_words
from monitor.replay.pubmed_matching import holds, near, whole
from monitor.replay.pubmed_query import Earlier, Group, Node, Range, Term, parse_query

_LITTLE = (
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "of", "on", "or", "that"),
    ("the", "their", "these", "this", "to", "was", "were", "with"),
)
_STOPWORDS = frozenset(word for words in _LITTLE for word in words)
_QUERY_WORD = re.compile(r"[^\s*]+\*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A record as it stands on a day: its version, and the two dates that only PubMed knows."""

    article: Article
    created: date | None
    modified: date | None

    def days(self, name: str) -> tuple[date, ...]:
        """The record's dates under a date field's name."""
        own = {"CRDT": self.created, "MDAT": self.modified}
        if name in own:
            day = own[name]
            return (day,) if day else ()
        return self.article.days.get(name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What can be searched on a day. ``numbers`` maps the index numbers of the versions that hold to their PMIDs."""

    today: date
    index: Index
    numbers: Mapping[int, str]
    standing: Mapping[str, Standing]
    unknown_words: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Complaints:
    """What ErrorList and WarningList will say."""

    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    quoted_phrases_not_found: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The PMIDs a query selects, newest number first, and how the query was understood."""

    pmids: tuple[str, ...]
    translation: str
    complaints: Complaints


def search(query: str, collection: Collection, history: Mapping[int, tuple[str, ...]], default_tag: str = "") -> Found:
    """Answer a query. ``history`` holds earlier results for ``#1``; an unknown number raises ``KeyError``.

    A misspelt tag or an unknown phrase is no error, as with PubMed: the part is searched in all fields, or dropped, and
    only the complaints tell.
    """
    searcher = _Searcher(collection, history, default_tag)
    group = parse_query(query)
    pmids = searcher.select(group) or set()
    return Found(pmids=newest_first(pmids), translation=translate(group), complaints=searcher.complaints)


def newest_first(pmids: set[str]) -> tuple[str, ...]:
    """The order in which unsorted answers come."""
    return tuple(sorted(pmids, key=int, reverse=True))


def most_relevant(pmids: tuple[str, ...], query: str, collection: Collection) -> tuple[str, ...]:
    """The best matches first. PubMed's own order is learnt and not told; here it is the share of common words.

    (https://pubmed.ncbi.nlm.nih.gov/help/#sorting-your-results)
    """
    asked = set(split_words(query))

    def likeness(pmid: str) -> float:
        title = {word for phrase in collection.standing[pmid].article.fields.get("TITL", ()) for word in phrase}
        return len(asked & title) / (1 + len(title))

    return tuple(sorted(pmids, key=likeness, reverse=True))


class _Searcher:
    def __init__(self, collection: Collection, history: Mapping[int, tuple[str, ...]], default_tag: str) -> None:
        self._collection = collection
        self._history = history
        self._default_tag = default_tag
        self.complaints = Complaints()

    def select(self, node: Node) -> set[str] | None:
        """The PMIDs of a part of the query; None for a part that PubMed drops."""
        match node:
            case Group():
                return self._group(node)
            case Earlier():
                return set(self._history[node.number])
            case Range():
                return self._range(node)
            case Term():
                return self._term(node)

    def _group(self, group: Group) -> set[str] | None:
        result: set[str] | None = None
        for operator, part in group.parts:
            within = result if operator == "AND" and isinstance(part, Range) else None
            selected = self._range(part, within) if isinstance(part, Range) else self.select(part)
            if selected is None:
                continue
            if result is None:
                result = set() if operator == "NOT" else selected
            else:
                result = _combine(operator, result, selected)
        return result

    def _field(self, tag: str) -> Field:
        tag = tag or self._default_tag
        known = find_field(tag) if tag else fields.ALL
        if known is None:
            self.complaints.fields_not_found.append(tag)
        return known or fields.ALL

    def _range(self, asked: Range, within: set[str] | None = None) -> set[str] | None:
        known = self._field(asked.tag)
        if known.match is Match.PMID and asked.low.isdigit() and asked.high.isdigit():
            return {pmid for pmid in self._collection.standing if int(asked.low) <= int(pmid) <= int(asked.high)}
        low, high = period(asked.low, self._collection.today), period(asked.high, self._collection.today)
        if known.match is not Match.DATE or low is None or high is None:
            self.complaints.phrases_not_found.append(f"{asked.low}:{asked.high}[{asked.tag}]")
            return None
        return self._dated(known, low[0], high[1], within)

    def _term(self, term: Term) -> set[str] | None:
        known = self._field(term.tag)
        name = re.sub(r"\s+", "", term.text.lower())
        if known.match is Match.FILTER or (known is fields.ALL and name in fields.BARE_FILTERS and not term.quoted):
            return self._filter(name, term)
        if known.match is Match.PMID:
            return {pmid for pmid in re.split(r"[\s,]+", term.text) if pmid in self._collection.standing}
        if known.match is Match.DATE:
            found = period(term.text, self._collection.today)
            return self._dated(known, *found) if found else self._not_found(term)
        return self._worded(known, term)

    def _dated(self, known: Field, low: date, high: date, within: set[str] | None = None) -> set[str]:
        """The records of a time; only those ``within``, where the rest would be dropped anyway."""
        held = self._collection.standing
        return {
            pmid
            for pmid in (held if within is None else within)
            if any(low <= day <= high for day in held[pmid].days(known.name))
        }

    def _filter(self, name: str, term: Term) -> set[str] | None:
        if name not in fields.COMMENT_FILTERS | fields.STATUS_FILTERS and name not in fields.OTHER_FILTERS:
            return self._not_found(term)
        return {pmid for pmid, standing in self._collection.standing.items() if passes_filter(name, standing.article)}

    def _worded(self, known: Field, term: Term) -> set[str] | None:
        words = _query_words(term)
        if any(word in self._collection.unknown_words for word in words) or (
            known.name == "PTYP" and self._strange_type(words)
        ):
            return self._not_found(term)
        if not words:
            return None
        return {
            self._collection.numbers[number]
            for number in self._candidates(known, words)
            if holds(self._collection.index.articles[number], known, term, words)
        }

    def _candidates(self, known: Field, words: Words) -> set[int]:
        alternatives: tuple[Words, ...] = (words,)
        if known.name == "PTYP":
            alternatives += tuple(map(split_words, fields.NARROWER_TYPES.get(" ".join(words), ())))
        found: set[int] = set()
        for alternative in alternatives:
            holding = [self._collection.index.holding(word) for word in _prefixed(known, alternative)]
            found |= set.intersection(*holding)
        return found & self._collection.numbers.keys()

    def _strange_type(self, words: Words) -> bool:
        known = {split_words(name) for name in fields.PUBLICATION_TYPES}
        seen = {phrase for article in self._collection.index.articles for phrase in article.fields.get("PTYP", ())}
        return not any(whole(phrase, words) for phrase in known | seen)

    def _not_found(self, term: Term) -> set[str] | None:
        """Complain of a part, and drop it."""
        written = f'"{term.text}"' if term.quoted else term.text
        if term.quoted and not term.tag:
            self.complaints.quoted_phrases_not_found.append(written)
        else:
            self.complaints.phrases_not_found.append(f"{term.text}[{term.tag}]" if term.tag else term.text)
        return None


def passes_filter(name: str, article: Article) -> bool:
    """Whether a record belongs to a named subset, such as ``hasretractionof`` or ``medline``."""
    if name in fields.COMMENT_FILTERS:
        return fields.COMMENT_FILTERS[name] in article.links
    if name in fields.STATUS_FILTERS:
        return article.status in fields.STATUS_FILTERS[name]
    held = article.fields
    tests = {
        "systematic": ("systematic", "review") in held.get("PTYP", ())
        or near(held.get("TITL", ()), ("systematic", "review"), 0),
        "hasabstract": bool(held.get("ABST")),
        "all": True,
        "english": ("eng",) in held.get("LANG", ()),
        "humans": ("humans",) in held.get("MESH", ()),
    }
    return tests[name]


def translate(node: Node) -> str:
    """The query as PubMed says that it understood it."""
    match node:
        case Group(parts=parts):
            written = [f"{operator} {_inner(part)}" for operator, part in parts]
            return " ".join(written).removeprefix("AND ").removeprefix("OR ")
        case Range(low=low, high=high, tag=tag):
            return f"{low}:{high}[{_long_name(tag)}]"
        case Earlier(number=number):
            return f"#{number}"
        case Term(text=text, tag=tag):
            bare = not tag and text.lower() in fields.BARE_FILTERS
            return f'"{text}"[{"Filter" if bare else _long_name(tag)}]'


def _inner(node: Node) -> str:
    return f"({translate(node)})" if isinstance(node, Group) else translate(node)


def _long_name(tag: str) -> str:
    known = find_field(tag) if tag else None
    return known.title if known else fields.ALL.title


def _combine(operator: str, left: set[str], right: set[str]) -> set[str]:
    if operator == "AND":
        return left & right
    return left | right if operator == "OR" else left - right


def _query_words(term: Term) -> Words:
    """The words of a term; a star stays at the end of its word. Without quotes the little words are left out."""
    words: list[str] = []
    for written in _QUERY_WORD.findall(term.text):
        pieces = list(split_words(written))
        if written.endswith("*") and pieces:
            pieces[-1] += "*"
        words.extend(pieces)
    kept = [word for word in words if word not in _STOPWORDS]
    return tuple(words if term.quoted or not kept else kept)


def _prefixed(known: Field, words: Words) -> Words:
    """The last word of an author's name may be the beginning of the initials."""
    return (*words[:-1], f"{words[-1]}*") if known.match is Match.NAME and not words[-1].endswith("*") else words
