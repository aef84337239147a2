"""What a reader of a list asked for, as the address says it. An empty field of a form asks for nothing."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field, StringConstraints

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.filters import LONGEST_SEARCH, ArticleFilter, ArticleSort, QueueFilter, QueueSort
from monitor.domain.kinds import EventKind, Severity
from monitor.web.forms.moments import EMPTY

Word = Annotated[str, StringConstraints(max_length=LONGEST_SEARCH, strip_whitespace=True)]
MOST_PAGES = 1_000_000


class ListQuery(BaseModel):
    """What both lists can be asked for."""

    severity: Annotated[Severity | None, EMPTY] = None
    status: Annotated[ReviewStatus | None, EMPTY] = None
    owner: Word = ""
    specialty: Word = ""
    text: Word = ""
    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1

    @property
    def narrowing(self) -> dict[str, str]:
        """What was asked for beside the page, as the address says it."""
        given = self.model_dump(mode="json", exclude={"page"}, exclude_defaults=True)
        return {name: "1" if value is True else str(value) for name, value in given.items() if value not in {None, ""}}

    def address(self, **changes: Any) -> str:
        """The query of the same list with something else asked for; a change of anything goes back to page one."""
        asked = {**self.narrowing, **{name: str(value) for name, value in changes.items()}}
        return "?" + urlencode({name: value for name, value in asked.items() if value not in {"", "None"}})


class QueueQuery(ListQuery):
    """What the queue can be asked for."""

    kind: Annotated[EventKind | None, EMPTY] = None
    source: Word = ""
    overdue: bool = False
    snoozed: bool = False
    sort: QueueSort = QueueSort.URGENCY

    @property
    def wanted(self) -> QueueFilter:
        """The filter of the domain."""
        return QueueFilter(**{name: getattr(self, name) for name in QueueFilter.__dataclass_fields__})


class ArticleQuery(ListQuery):
    """What the list of articles can be asked for."""

    freshness: Annotated[Freshness | None, EMPTY] = None
    sort: ArticleSort = ArticleSort.URGENCY

    @property
    def wanted(self) -> ArticleFilter:
        """The filter of the domain."""
        return ArticleFilter(**{name: getattr(self, name) for name in ArticleFilter.__dataclass_fields__})
