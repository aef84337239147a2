"""What an edit of a page does to what was found about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.domain.absence import BRINGS_EVIDENCE, absence_in
from monitor.domain.matching import merge_claims, touched_claims
from monitor.domain.revision import Answered, Told, answer_to
from monitor.domain.state import NewFinding, PlacedClaim
from monitor.pipeline.ports import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What an edit did to findings: which it answered, and which are open again by it."""

    answered: tuple[Answered, ...] = ()
    reopened: tuple[NewFinding, ...] = ()


def follow_edit(tx: Tx, article_id: str, *, on: date) -> Followed:
    """Let each finding of an article concern the claims that rest on its references now.

    A finding is answered because nothing of what it concerned is left on the page. One that was closed so is open again
    where the page rests on its record anew.
    """
    claims = tx.articles.claims(article_id)
    references = {state.id: state.reference for state in tx.references.of_article(article_id)}
    has_list = any(reference.listed for reference in references.values())
    answered, reopened = [], []
    for finding in tx.findings.touched_by_edits(article_id):
        touched = merge_claims(
            touched_claims(references[number], claims) for number in finding.reference_ids if number in references
        )
        because = answer_to(
            finding,
            touched={claim for claim, _ in touched},
            claims={placed.id for placed in claims},
            references=references.keys(),
            has_list=has_list,
            on=on,
        )
        if because is not None and finding.is_open:
            answered.append(Answered(id=finding.id, because=because))
        if because is None or finding.is_open:
            again = tx.findings.follow_edit(finding.id, concerned(finding, touched, claims), answered=because)
            reopened += [again] if again is not None else []
    return Followed(answered=tuple(answered), reopened=tuple(reopened))


def concerned(
    finding: Told, touched: tuple[tuple[int, str], ...], claims: Sequence[PlacedClaim]
) -> tuple[tuple[int, str], ...]:
    """What a finding concerns now: what rests on its references, and the fragile claims that it may answer."""
    if finding.kind not in BRINGS_EVIDENCE:
        return touched if finding.reference_ids else finding.claims
    fragile = {placed.id for placed in claims if absence_in(placed.claim.text)}
    return merge_claims((touched, tuple(pair for pair in finding.claims if pair[0] in fragile)))
