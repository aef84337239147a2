"""What editors do to the evidence of articles, and what they read for it: one call per page, form or verb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.domain.audit import AuditCheck, AuditFilter, AuditLine
from monitor.domain.corrections import Correction
from monitor.domain.decisions import Refused, Ruling
from monitor.domain.identifiers import Identifier
from monitor.domain.policy import Policy
from monitor.domain.publishers import Publisher
from monitor.domain.resting import Badge, ConfirmPage, DecisionLine, Paste, RestsOn
from monitor.domain.review import Outcome, ToClose
from monitor.domain.state import FindingState
from monitor.pipeline.adding import Adding
from monitor.pipeline.correct import Corrector
from monitor.pipeline.everywhere import Everywhere
from monitor.pipeline.mute import Muting
from monitor.pipeline.review import Editors
from monitor.store import Store
from monitor.wiring.identifying import identify, page_at, watchable

MOST_LINES = 1000
"""So many rows of the audit log are given at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What is done and read by hand. Each move is audited with what was before, and one sent twice is done once.

    Moves raise ``Refused`` for what cannot be done now, ``UnknownReference`` and ``InvalidIdentifier`` for what is not
    there or not understood, and KeyError for an unknown article; every message is for the editor.
    """

    store: Store
    policy: Policy
    editors: Editors
    corrector: Corrector
    adding: Adding
    muting: Muting
    everywhere: Everywhere
    publishers: Sequence[Publisher] = ()

    def decide_finding(self, article_id: str, finding_id: str, ruling: Ruling) -> FindingState:
        """Decide one finding alone; where nothing else of weight is open, its review is closed with it."""
        return self.editors.decide_finding(article_id, finding_id, ruling)

    def close_many(self, items: Iterable[ToClose], ruling: Ruling, *, start: bool = False) -> tuple[Outcome, ...]:
        """Close many reviews with one decision and reason; ``start`` takes those first that nobody has started."""
        return self.editors.close_many(
            items, decision=ruling.decision, reason=ruling.reason, note=ruling.note, by=ruling.by, start=start
        )

    def confirm(
        self,
        article_id: str,
        number: str,
        identifiers: Iterable[str],
        *,
        by: str,
        reason: str = "",
        seen: str = "",
    ) -> tuple[Correction, tuple[str, ...]]:
        """Let an entry mean these records, here and wherever its very words stand; returns the articles concerned.

        ``number`` is the entry's own, or its place as ``#3``; what it meant before is replaced. Here as below, ``seen``
        is the key of the entry that was shown there: where another has come to its place, nothing is done.
        """
        meant = tuple(dict.fromkeys(item for text in identifiers for item in watchable(text, self.publishers)))
        if not meant:
            raise Refused("Say what the reference means: a PMID, DOI, NCT number or guideline.")
        return self.corrector.correct(article_id, number, meant, by=by, reason=reason, seen=seen)

    def mark_unwatchable(
        self, article_id: str, number: str, *, by: str, reason: str, seen: str = ""
    ) -> tuple[Correction, tuple[str, ...]]:
        """Accept that nothing upstream stands for an entry, here and wherever its very words stand."""
        if not reason.strip():
            raise Refused("Say why it cannot be watched, for those who read it later.")
        return self.corrector.correct(article_id, number, (), by=by, reason=reason.strip(), seen=seen)

    def take_back(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> tuple[str, ...]:
        """Undo what somebody said of an entry: it is looked up again. Returns the articles concerned."""
        return self.corrector.withdraw(article_id, number, by=by, reason=reason, seen=seen)

    def add_reference(
        self, article_id: str, text: str, *, identifiers: Iterable[str] = (), number: int | None = None, by: str
    ) -> tuple[int, bool]:
        """Let an article rest on an entry that its page does not give; returns its id and whether that is new.

        A trial or guideline is added by its identifier alone.
        """
        meant = tuple(dict.fromkeys(item for one in identifiers for item in watchable(one, self.publishers)))
        return self.adding.add(article_id, text, meant, number=number, by=by)

    def add_page(self, article_id: str, url: str, *, title: str = "", by: str) -> tuple[int, bool]:
        """Let an article rest on a page. A page of a followed guideline, a paper or a trial is watched as that.

        Any other page is read by no source: it is kept and shown as not watched, and the article is not fresh by it.
        """
        meant = page_at(url, self.publishers)
        return self.adding.add(article_id, f"{title.strip()} {url.strip()}".strip(), meant, by=by)

    def remove_reference(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> str:
        """Take out what was added by hand; returns its text."""
        return self.adding.remove(article_id, number, by=by, reason=reason, seen=seen)

    def mute_topic(self, article_id: str, topic: str, *, by: str, reason: str, until: date | None = None) -> bool:
        """Bring an article no findings of a topic until the end of a day, or until it is unmuted."""
        return self.muting.mute(article_id, topic, by=by, reason=reason, until=until)

    def unmute_topic(self, article_id: str, topic: str, *, by: str) -> bool:
        """Let an article hear of a topic again, also of what came meanwhile."""
        return self.muting.unmute(article_id, topic, by=by)

    def references_to_confirm(self, page: int = 1, limit: int = 50) -> ConfirmPage:
        """One page of the entries that are not understood, over all articles, with their candidates."""
        with self.store.read() as reads:
            return reads.hands.references_to_confirm(page, limit)

    def rests_on(self, identifier: str) -> RestsOn:
        """What rests on a record, under whichever of its names or addresses it is asked for."""
        with self.store.read() as reads:
            return reads.hands.rests_on(identifier.strip(), self.identify(identifier), self.policy)

    def decide_everywhere(
        self,
        identifier: str,
        ruling: Ruling,
        *,
        articles: Iterable[str] | None = None,
        saw: Mapping[str, str] | None = None,
    ) -> tuple[Outcome, ...]:
        """Decide the open findings of a record in all articles, or in these; tells of each what became of it.

        ``saw`` are the versions of the findings that were on the page, by their ids.
        """
        return self.everywhere.decide(self.identify(identifier), ruling, articles=articles, saw=saw)

    def decisions(self, article_id: str, finding_id: str) -> tuple[DecisionLine, ...]:
        """What was decided about a finding over time, oldest first."""
        with self.store.read() as reads:
            return reads.hands.decisions(article_id, finding_id)

    def ready_to_paste(self, article_id: str, finding_id: str) -> Paste | None:
        """The successor's citation and the sentences to re-read; None where there is no such finding."""
        with self.store.read() as reads:
            return reads.hands.ready_to_paste(article_id, finding_id)

    def badge(self, article_id: str) -> Badge | None:
        """What the public page may say of an article; None where there is none."""
        with self.store.read() as reads:
            watched = reads.watched(article_id)
            return reads.hands.badge(article_id, self.policy, watched) if watched is not None else None

    def audit(
        self, wanted: AuditFilter | None = None, before_id: int | None = None, limit: int = 100
    ) -> tuple[AuditLine, ...]:
        """The newest rows of the audit log first; give the last id of a page to get the next one."""
        with self.store.read() as reads:
            return reads.audit.lines(wanted, before_id=before_id, limit=max(1, min(limit, MOST_LINES)))

    def verify_audit(self, *, expect: str = "") -> AuditCheck:
        """Whether the audit log is whole; ``expect`` is the hash of a row that was noted elsewhere."""
        with self.store.read() as reads:
            return reads.audit.check(expect=expect)

    def identify(self, text: str) -> tuple[Identifier, ...]:
        """The identifiers that a text gives. Raises ``InvalidIdentifier``."""
        return identify(text, self.publishers)


def build_hands(store: Store, editors: Editors, corrector: Corrector, publishers: Sequence[Publisher]) -> Hands:
    """Put them together from those who review and correct."""
    policy, clock = editors.policy, editors.clock
    return Hands(
        store=store,
        policy=policy,
        editors=editors,
        corrector=corrector,
        adding=Adding(store=store, assessor=corrector.assessor, clock=clock),
        muting=Muting(store=store, clock=clock),
        everywhere=Everywhere(store=store, policy=policy, clock=clock, unavailable=editors.unavailable),
        publishers=publishers,
    )
