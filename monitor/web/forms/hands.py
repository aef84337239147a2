"""What editors send about the evidence of an article, by forms of its page."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from monitor.web.forms.moments import EMPTY
from monitor.web.forms.reviews import OwnForm, RulingForm

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Place = Annotated[str, StringConstraints(pattern=r"^#?\d{1,6}$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class EntryForm(OwnForm):
    """About the entry of this number, or at this place as ``#3``; ``seen`` is its key as the page showed it."""

    number: Place
    seen: Key


class ConfirmForm(EntryForm):
    """Say what an entry means."""

    identifier: Said
    reason: Line = ""


class UnwatchableForm(EntryForm):
    """Accept that nothing upstream stands for an entry."""

    reason: Said


Page = Annotated[int, Field(ge=1, le=1_000_000)]


class ListedConfirmForm(ConfirmForm):
    """The same from the list of all entries, with the page of it that the form stood on."""

    page: Page = 1


class ListedUnwatchableForm(UnwatchableForm):
    """The same from the list of all entries, with the page of it that the form stood on."""

    page: Page = 1


class TakeBackForm(EntryForm):
    """Undo what was said of an entry, or take out one that was added by hand."""

    reason: Line = ""


class AddForm(OwnForm):
    """Add what an article rests on too: an entry, or a trial, paper or guideline by its identifier."""

    text: Line = ""
    identifier: Line = ""
    number: Annotated[int | None, EMPTY, Field(ge=1, le=99_999)] = None


class WatchPageForm(OwnForm):
    """Add a page to watch."""

    url: Said
    title: Line = ""


class MuteForm(OwnForm):
    """Bring an article no findings of a topic."""

    topic: Said
    reason: Said
    until: Annotated[date | None, EMPTY] = None


class UnmuteForm(OwnForm):
    """Bring them again."""

    topic: Said


class EverywhereForm(RulingForm):
    """Decide the open findings of a record in all of these articles; ``findings`` are ``id version`` as on the page."""

    identifier: Said
    articles: Annotated[list[Said], Field(max_length=10_000, default_factory=list)]
    findings: Annotated[list[Said], Field(max_length=10_000, default_factory=list)]

    @property
    def saw(self) -> dict[str, str]:
        """The versions of the findings on the page, by their ids."""
        return dict(item.split(" ", 1) for item in self.findings if " " in item)
