"""Hands that hold nothing, for pages over a made-up desk."""

from __future__ import annotations

from monitor.domain.audit import AuditFilter, AuditLine
from monitor.domain.identifiers import Identifier
from monitor.domain.resting import Badge, ConfirmPage, DecisionLine, Paste, RestsOn


class MadeUpHands:
    """Nothing is to be confirmed, rests on anything or was done. What editors do is tried on a stage."""

    def references_to_confirm(self, page: int = 1, limit: int = 50) -> ConfirmPage:
        """Every entry is understood."""
        assert page > 0
        assert limit > 0
        return ConfirmPage(entries=(), total=0, number=1, pages=1)

    def rests_on(self, identifier: str) -> RestsOn:
        """Nothing does; raises InvalidIdentifier as the real ones do."""
        name = str(Identifier.parse(identifier))
        return RestsOn(
            asked=identifier,
            names=(name,),
            title="",
            url=None,
            is_known=False,
            state="",
            events=(),
            articles=(),
            included_in=(),
        )

    def decisions(self, article_id: str, finding_id: str) -> tuple[DecisionLine, ...]:
        """Nothing was decided."""
        assert article_id
        assert finding_id
        return ()

    def ready_to_paste(self, article_id: str, finding_id: str) -> Paste | None:
        """There is nothing to paste."""
        assert article_id
        assert finding_id

    def badge(self, article_id: str) -> Badge | None:
        """No article is known."""
        assert article_id

    def audit(
        self, wanted: AuditFilter | None = None, before_id: int | None = None, limit: int = 100
    ) -> tuple[AuditLine, ...]:
        """Nothing was done."""
        assert limit > 0
        assert wanted or before_id is None
        return ()
