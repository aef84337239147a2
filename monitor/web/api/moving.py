"""What an editor's program does with a review: by its article, or by its own number."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.domain.access import Identity
from monitor.domain.read_models import ReviewView
from monitor.domain.review import Refused
from monitor.web.api import schemas, values
from monitor.web.api.answering import matches, strong_tag
from monitor.web.api.once import Keyed, Once
from monitor.web.api.reviews import ReviewId, review_of
from monitor.web.api.schemas import problems
from monitor.web.forms.reviews import Close, Snooze, Start, Version
from monitor.web.guards.security import check_own_json
from monitor.web.identity import Who
from monitor.web.ports import Desk

Move = Callable[[str, int], ReviewView]
"""What is done with the review of an article that was seen in a version."""


def seen_tags(
    request: Request,
    seen: Annotated[
        str | None,
        Header(alias="If-Match", max_length=4000, description="The review's ETag, as an alternative to `version`."),
    ] = None,
) -> tuple[str, ...]:
    """The ETags of the review that the caller saw."""
    del seen  # Declared for the OpenAPI document: the header may be there more than once.
    return tuple(request.headers.getlist("if-match"))


Seen = Annotated[tuple[str, ...], Depends(seen_tags)]


class StartNow(Start):
    """Start a review. ``version`` may be left out where ``If-Match`` says which review the caller saw."""

    version: Version | None = None  # type: ignore[assignment]  # It is filled in before anybody reads it.


class CloseNow(Close):
    """The same for closing."""

    version: Version | None = None  # type: ignore[assignment]  # The same.


class SnoozeNow(Snooze):
    """The same for a snooze."""

    version: Version | None = None  # type: ignore[assignment]  # The same.


@dataclass(frozen=True, slots=True)
class _Moves:
    """The moves of editors at a desk."""

    desk: Desk

    def made(self, once: Once, article_of: Callable[[], str], seen: Seen, body: Start, move: Move) -> Response:
        """The answer to a move of the review that the caller saw."""

        def make() -> Response:
            article_id = article_of()
            version = _version(self.desk, article_id, seen, body.version)
            try:
                return JSONResponse(values.review(move(article_id, version)))
            except KeyError:
                raise HTTPException(404, "There is no such article.") from None

        return once.answer(self.desk, make)

    def start(self, who: Identity) -> Move:
        """A start under a name."""
        return lambda article_id, version: self.desk.start_review(article_id, by=who.name, version=version)

    def close(self, who: Identity, body: Close) -> Move:
        """A closing under a name."""
        return lambda article_id, version: self.desk.close_review(
            article_id, body.model_copy(update={"version": version}).closing(by=who.name)
        )

    def snooze(self, who: Identity, body: Snooze) -> Move:
        """A snooze under a name."""
        return lambda article_id, version: self.desk.snooze_review(
            article_id, by=who.name, version=version, until=body.until
        )


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    moves = _Moves(desk)
    guards: dict[str, Any] = {
        "dependencies": [Depends(check_own_json)],
        "responses": {200: {"model": schemas.Review}, **problems(404, 408, 409, 412, 413, 415)},
    }

    @api.post("/articles/{article_id}/review/start", **guards)
    def start(article_id: str, body: StartNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Start the open review of an article."""
        return moves.made(once, lambda: article_id, seen, body, moves.start(who))

    @api.post("/articles/{article_id}/review/close", **guards)
    def close(article_id: str, body: CloseNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Close the review with a decision; findings that came in since the start must be among those seen."""
        return moves.made(once, lambda: article_id, seen, body, moves.close(who, body))

    @api.post("/articles/{article_id}/review/snooze", **guards)
    def snooze(article_id: str, body: SnoozeNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Take the review out of the queue until a moment; the article stays stale."""
        return moves.made(once, lambda: article_id, seen, body, moves.snooze(who, body))

    @api.post("/reviews/{review_id}/start", **guards)
    def start_one(review_id: ReviewId, body: StartNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Start a review."""
        return moves.made(once, lambda: _article_of(desk, review_id), seen, body, moves.start(who))

    @api.post("/reviews/{review_id}/close", **guards)
    def close_one(review_id: ReviewId, body: CloseNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Close a review with a decision; findings that came in since the start must be among those seen."""
        return moves.made(once, lambda: _article_of(desk, review_id), seen, body, moves.close(who, body))

    @api.post("/reviews/{review_id}/snooze", **guards)
    def snooze_one(review_id: ReviewId, body: SnoozeNow, who: Who, once: Keyed, seen: Seen) -> Response:
        """Take a review out of the queue until a moment; its article stays stale."""
        return moves.made(once, lambda: _article_of(desk, review_id), seen, body, moves.snooze(who, body))


def _article_of(desk: Desk, review_id: int) -> str:
    """Whose review it is; a closed one is not moved any more."""
    item = review_of(desk, review_id)
    if item.closed_at is not None:
        raise Refused(f"This review was closed ({item.decision.replace('_', ' ')}); nothing can be done with it.")
    return item.review.article_id


def _version(desk: Desk, article_id: str, seen: Collection[str], version: int | None) -> int:
    """The version of the review that the caller saw; 412 when the ETag they saw is not that of what there is."""
    if not seen:
        if version is None:
            raise HTTPException(422, "version: send that of the review you saw, or its ETag as If-Match")
        return version
    item = desk.open_review(article_id)
    if item is None or not matches(seen, strong_tag(values.listed_review(item)), weakly=False):
        raise HTTPException(412, "If-Match: the review is not as you saw it; read it again.")
    return item.review.version if version is None else version
