"""Step 6b: new evidence on what an article says is not known stands first among its sentences, and says why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from monitor.domain.absence import absence_in, answered_by
from monitor.domain.matching import merge_claims
from monitor.domain.records import Record
from monitor.domain.state import NewFinding, PlacedClaim
from monitor.pipeline.ports import Tx


@dataclass(slots=True)
class Absences:
    """The fragile claims of articles, each article's read once in a transaction."""

    tx: Tx
    _fragile: dict[str, tuple[PlacedClaim, ...]] = field(default_factory=dict)

    def told(self, finding: NewFinding, record: Record | None) -> NewFinding:
        """The finding with the fragile claims that the record is about, and the first of them in its reason.

        They are possibly affected: whether the record answers them is for the editor to say.
        """
        if record is None:
            return finding
        answered = {
            placed.id: found
            for placed in self._of(finding.article_id)
            if (found := answered_by(placed.claim.text, placed.claim.headings, record))
        }
        if not answered:
            return finding
        most = max(answered.values(), key=lambda found: len(found.shared))
        return replace(
            finding,
            because=f"{finding.because}; {most.because}",
            claims=merge_claims((tuple((claim_id, "possibly") for claim_id in answered), finding.claims)),
        )

    def _of(self, article_id: str) -> tuple[PlacedClaim, ...]:
        if article_id not in self._fragile:
            claims = self.tx.articles.claims(article_id)
            self._fragile[article_id] = tuple(placed for placed in claims if absence_in(placed.claim.text))
        return self._fragile[article_id]
