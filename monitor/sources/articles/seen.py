"""What the last polls of a source of articles saw, as the cursor keeps it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from monitor.domain.articles import ParsedArticle

REMEMBERED = 4
"""So many former states of an article are remembered, so that a return to one of them is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One page: what the listing said of it, and how it was last read.

    ``read_stamp`` is the listing's stamp under which it was asked for last, at ``asked_on``; ``read_on`` is when it was
    read in full. ``digest`` is that of its article, ``undated`` the same without its date, ``former`` are those it had
    before, ``held`` is that of a reading which waits to be seen again, with the declaration under which it was seen
    first. ``strikes`` counts the polls running that did not find it, ``moves`` those that were led to ``moved_to`` for
    good. ``due`` says that the last listing asked for a visit which is still to be made.
    """

    article: str = ""
    stamp: str = ""
    read_stamp: str = ""
    part: str = ""
    listed: bool = True
    digest: str = ""
    undated: str = ""
    words: int = 0
    references: int = 0
    held: str = ""
    former: tuple[str, ...] = ()
    read_on: str = ""
    asked_on: str = ""
    validators: Mapping[str, str] = field(default_factory=dict)
    moved_to: str = ""
    moves: int = 0
    strikes: int = 0
    removed: bool = False
    due: bool = False
    trouble: str = ""

    @property
    def is_followed(self) -> bool:
        """Whether it is an article that was read and not removed."""
        return bool(self.digest) and not self.removed

    def read_as(self, parsed: ParsedArticle, *, digest: str, validators: Mapping[str, str], now: datetime) -> SeenPage:
        """What is remembered once a reading was believed."""
        return dataclasses.replace(
            self,
            read_stamp=self.stamp,
            digest=digest,
            undated=digest_of(parsed, is_dated=False),
            former=self.former if digest == self.digest else (*self.former, *filter(None, [self.digest]))[-REMEMBERED:],
            words=len(parsed.text.split()),
            references=sum(reference.listed for reference in parsed.references),
            held="",
            read_on=now.isoformat(timespec="minutes"),
            asked_on=now.isoformat(timespec="minutes"),
            validators=validators,
            strikes=0,
            removed=False,
            trouble="",
        )

    def unmodified(self, now: datetime) -> SeenPage:
        """What is remembered once its server said that it is as it was."""
        return dataclasses.replace(self, read_stamp=self.stamp, asked_on=now.isoformat(timespec="minutes"))

    @property
    def may_have_changed_since(self) -> bool:
        """Whether a stamp that is but a day may be that of an edit after the page was asked for, in whatever zone."""
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", self.stamp):
            return False
        try:
            last = date.fromisoformat(self.stamp) + timedelta(days=1)
        except (ValueError, OverflowError):
            return False
        return self.asked_on[:10] <= last.isoformat()

    def was_read_before(self, moment: datetime) -> bool:
        """Whether its last full reading is older than a moment, or there was none."""
        return not self.read_on or datetime.fromisoformat(self.read_on) < moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All pages by their addresses, the files of the listing with their validators, and when it was taken.

    ``is_measure`` is whether its size can be compared with that of the next listing: not after an edit of the file that
    declares the source.
    """

    pages: Mapping[str, SeenPage] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    listed_at: str = ""
    is_measure: bool = True

    @property
    def listed(self) -> int:
        """How many pages the last listing held."""
        return sum(page.listed for page in self.pages.values())


def objection_to_size(seen: Seen, now: int) -> str | None:
    """Why a listing is not believed: it is empty, or lost more than half of its pages at once."""
    if not now:
        return "no article is listed: the place is empty or changed its form, or the patterns fit nothing"
    if seen.is_measure and now * 2 < seen.listed:
        return f"the listing shrank from {seen.listed} articles to {now}: where that is right, edit the file"
    return None


def digest_of(parsed: ParsedArticle, *, is_dated: bool = True) -> str:
    """Changes when the article does, and not with what stands around it on the page."""
    parts = (
        parsed.title,
        parsed.question,
        parsed.text,
        str(parsed.last_updated) if is_dated else "",
        str(parsed.review_status),
        *(f"{claim.text}|{claim.headings}|{claim.markers}" for claim in parsed.claims),
        *(f"{one.number}|{one.text}|{sorted(map(str, one.identifiers))}|{one.listed}" for one in parsed.references),
    )
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def to_cursor(seen: Seen, rules: str) -> str:
    """Spell as text; ``rules`` names the declaration under which it was seen."""
    values = {
        "rules": rules,
        "listed_at": seen.listed_at,
        "parts": {url: dict(validators) for url, validators in seen.parts.items()},
        "pages": {address: _short(page) for address, page in seen.pages.items()},
    }
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def from_cursor(cursor: str, rules: str) -> Seen:
    """Read :func:`to_cursor` back. After an edit of the declaration articles are still known, their listing is not."""
    try:
        values = json.loads(cursor)
        pages = {str(address): _page(page) for address, page in values["pages"].items()}
        if values["rules"] != rules:
            return Seen(pages=pages, is_measure=False)
        return Seen(pages=pages, parts=values["parts"], listed_at=str(values["listed_at"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Seen()


_USUAL = dataclasses.asdict(SeenPage())


def _page(values: dict[str, Any]) -> SeenPage:
    known = {name: value for name, value in values.items() if name in _USUAL}
    return SeenPage(**{**known, "former": tuple(values.get("former", ()))})


def _short(page: SeenPage) -> dict[str, object]:
    """Without what is as usual: there may be thousands of pages."""
    return {name: value for name, value in dataclasses.asdict(page).items() if value != _USUAL[name]}
