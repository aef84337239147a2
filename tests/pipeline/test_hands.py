"""What editors do to the evidence of an article: it holds over new imports, bears a name, and can be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.articles import Freshness, Reference, Resolution
from monitor.domain.audit import AuditLine
from monitor.domain.channels import LiteratureChannel
from monitor.domain.decisions import Refused
from monitor.domain.identifiers import Identifier, InvalidIdentifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.publications import PublicationType
from monitor.domain.publishers import KnownGuideline, Publisher
from monitor.domain.read_models import ArticleView, ReferenceView
from monitor.domain.records import Link, Publication
from monitor.domain.topics import Topic
from monitor.pipeline.correct import Corrector, UnknownReference
from monitor.wiring.hands import Hands, build_hands
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage

OTHER = Publication(identifier=pubmed("101"), title="Another trial", doi="10.5555/other")
RETRACTED = replace(OTHER, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="900"),))


@pytest.fixture
def stage(database_url: str) -> Stage:
    return Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, OTHER.identifier: RETRACTED})).open()


def hands_of(stage: Stage) -> Hands:
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    return build_hands(stage.store, stage.editors, corrector, ())


def view(stage: Stage, article: str = "a") -> ArticleView:
    with stage.store.read() as reads:
        found = reads.article(article, stage.policy)
    assert found is not None
    return found


def reference(stage: Stage, text: str) -> ReferenceView:
    [found] = [item for item in view(stage).references if text in item.text]
    return found


def log(stage: Stage, action: str) -> list[AuditLine]:
    with stage.store.read() as reads:
        return [line for line in reads.audit.lines(limit=1000) if line.action == action]


def read_again(stage: Stage) -> None:
    stage.registrar.register("a", replace(ARTICLE, text=f"{ARTICLE.text} Anew."), origin="test", by="test")
    stage.resolver.run()
    stage.poll()


def test_an_added_reference_is_watched_and_survives_that_the_page_is_read_again(stage: Stage) -> None:
    hands_of(stage).add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], number=2, by="ada")
    stage.poll()
    read_again(stage)

    added = reference(stage, "Another trial")
    assert (added.number, added.identifiers, added.added_by) == (2, ("pubmed:101",), "ada")
    assert added.because == "added by ada on 2026-06-01"
    [finding] = stage.article().findings
    assert (finding.kind, [claim.text for claim in finding.claims]) == (EventKind.RETRACTED, ["Nothing harms."])


def test_a_reference_added_by_its_text_alone_is_looked_up(stage: Stage) -> None:
    hands_of(stage).add_reference("a", "Smith A. Another trial. PMID: 101", by="ada")
    assert reference(stage, "Another trial").identifiers == ("pubmed:101",)
    hands_of(stage).add_reference("a", "Something that nobody holds", by="ada")
    stage.resolver.run()

    assert reference(stage, "nobody holds").resolution is Resolution.UNRESOLVED


def test_a_reference_added_twice_is_there_once(stage: Stage) -> None:
    hands = hands_of(stage)
    first = hands.add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], by="ada")
    second = hands.add_reference("a", "Smith A.  Another trial", identifiers=["pubmed:101"], by="bob")

    assert (second, len(view(stage).references)) == ((first[0], False), 2)
    assert [line.actor for line in log(stage, "reference.added")] == ["ada"]


def test_a_page_that_comes_to_list_what_was_added_has_it_once(stage: Stage) -> None:
    hands_of(stage).add_reference("a", "Smith A. Another trial. PMID: 101", by="ada")
    entry = Reference(text="Smith A. Another trial. PMID: 101", number=2, identifiers=(pubmed("101"),))
    stage.registrar.register("a", replace(ARTICLE, references=(*ARTICLE.references, entry)), origin="test", by="test")

    assert [item.number for item in view(stage).references] == [1, 2]


def test_what_was_added_can_be_taken_out_and_what_was_found_about_it_is_answered(stage: Stage) -> None:
    hands = hands_of(stage)
    hands.add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], by="ada")
    stage.poll()
    assert stage.article().freshness is Freshness.STALE
    hands.remove_reference("a", "#2", by="bob", reason="a mistake")
    stage.poll()

    assert [item.text for item in view(stage).references] == [ARTICLE.references[0].text]
    [finding] = stage.article().findings
    assert finding.status == "answered"
    assert "bob took out the reference that ada had added: a mistake" in finding.reason
    assert [(line.before, line.after) for line in log(stage, "reference.removed")] == [("Smith A. Another trial", "")]


def test_what_was_taken_out_can_be_added_again(stage: Stage) -> None:
    hands = hands_of(stage)
    for _ in range(2):
        hands.add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], by="ada")
        stage.poll()
        hands.remove_reference("a", "#2", by="ada")
    hands.add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], by="ada")
    stage.poll()

    assert [finding.status for finding in stage.article().findings] == ["open"]


def test_a_cited_number_without_an_entry_is_filled_by_what_an_editor_adds(stage: Stage) -> None:
    stage.source.records[OTHER.identifier] = OTHER
    stage.registrar.register("a", replace(ARTICLE, missing_markers=(2,)), origin="test", by="test")
    before, hands = stage.article(), hands_of(stage)
    hands.add_reference("a", "Smith A. Another trial", identifiers=["pubmed:101"], number=2, by="ada")
    stage.poll()
    filled, missing, badge = stage.article(), view(stage).missing_markers, hands.badge("a")
    hands.remove_reference("a", "2", by="ada")

    assert (before.freshness, before.freshness_because) == (
        Freshness.UNVERIFIED,
        "1 cited number has no entry in the list",
    )
    assert (filled.freshness, missing) == (Freshness.FRESH, ())
    assert badge is not None
    assert badge.state is Freshness.FRESH
    assert (stage.article().freshness, view(stage).missing_markers) == (Freshness.UNVERIFIED, (2,))


def test_one_reference_is_told_of_as_one(stage: Stage) -> None:
    assert stage.article().freshness_because == "the 1 reference was checked in time and nothing is open"


def test_what_the_page_gives_cannot_be_taken_out(stage: Stage) -> None:
    with pytest.raises(Refused, match="stands on the page itself"):
        hands_of(stage).remove_reference("a", "1", by="ada")


def test_what_cannot_be_added_is_refused_with_what_to_do(stage: Stage) -> None:
    hands = hands_of(stage)
    with pytest.raises(Refused, match="Give the text"):
        hands.add_reference("a", "  ", by="ada")
    with pytest.raises(Refused, match="The number 1 is taken by “A trial of something"):
        hands.add_reference("a", "Another", number=1, by="ada")
    with pytest.raises(InvalidIdentifier, match="cannot be watched"):
        hands.add_reference("a", "Another", identifiers=["pmc:PMC123"], by="ada")
    with pytest.raises(InvalidIdentifier, match="no publisher 'nobody' in the watchlists"):
        hands.add_reference("a", "Another", identifiers=["guideline:nobody/knees"], by="ada")
    with pytest.raises(InvalidIdentifier, match="begins with https://"):
        hands.add_page("a", "http://example.org/", by="ada")
    with pytest.raises(KeyError):
        hands.add_reference("nowhere", "Another", by="ada")
    assert log(stage, "reference.added") == []


def test_a_trial_is_added_by_its_number_or_address(stage: Stage) -> None:
    hands_of(stage).add_page("a", "https://clinicaltrials.gov/study/NCT01234567", title="The trial", by="ada")

    assert reference(stage, "The trial").identifiers == ("nct:NCT01234567",)


def test_a_page_that_nobody_reads_is_kept_and_never_counts_as_clean(stage: Stage) -> None:
    hands_of(stage).add_page("a", "https://example.org/advice", by="ada")
    read_again(stage)
    kept = reference(stage, "https://example.org/advice")

    assert (kept.resolution, kept.identifiers) == (Resolution.UNRESOLVED, ())
    assert "no source reads this page" in kept.because
    assert stage.article().freshness is Freshness.UNVERIFIED


def test_the_page_of_a_followed_guideline_is_that_guideline(stage: Stage) -> None:
    hands = replace(hands_of(stage), publishers=(publisher(),))
    hands.add_page("a", "https://www.example.org/guidelines/knees/?utm=1", by="ada")

    assert reference(stage, "guidelines/knees").identifiers == ("guideline:example/knees",)
    assert [str(one) for one in hands.identify("example/knees")] == ["guideline:example/knees"]


def publisher() -> Publisher:
    known = KnownGuideline(
        identity=Identifier.parse("guideline:example/knees"),
        title="Knees",
        url="https://www.example.org/guidelines/knees",
    )
    channel = LiteratureChannel(query="x", titles=())
    return Publisher(key="example", name="Example", channel=channel, guidelines=(known,))


def test_what_was_accepted_as_unwatchable_can_be_taken_back(stage: Stage) -> None:
    hands = hands_of(stage)
    hands.mark_unwatchable("a", "1", by="ada", reason="never printed")
    accepted = reference(stage, "A trial of something")
    articles = hands.take_back("a", "1", by="bob", reason="it was")
    waiting = reference(stage, "A trial of something")
    stage.resolver.run()

    assert (accepted.resolution, accepted.identifiers) == (Resolution.UNWATCHABLE, ())
    assert articles == ("a",)
    assert "bob took back what ada had said: it was" in waiting.because
    assert reference(stage, "A trial of something").identifiers == ("pubmed:100",)
    assert hands.take_back("a", "1", by="bob") == ()
    read_again(stage)
    assert reference(stage, "A trial of something").resolution is Resolution.RESOLVED


def test_the_same_word_on_an_entry_is_written_down_once(stage: Stage) -> None:
    hands = hands_of(stage)
    for _ in range(2):
        hands.confirm("a", "1", ["pubmed:101"], by="ada", reason="same pages")

    [line] = log(stage, "reference.corrected")
    assert (line.before, line.after) == (["pubmed:100"], ["pubmed:101"])


def test_accepting_as_unwatchable_needs_a_reason_and_an_entry(stage: Stage) -> None:
    with pytest.raises(Refused, match="Say why"):
        hands_of(stage).mark_unwatchable("a", "1", by="ada", reason=" ")
    with pytest.raises(UnknownReference, match="has no reference 9"):
        hands_of(stage).mark_unwatchable("a", "9", by="ada", reason="x")


TOPICS = (
    Topic(name="cells", title="Cells", query="cells", articles=("a",)),
    Topic(name="knees", title="Knees", query="knees", articles=("a",)),
)
ANSWER = Publication(
    identifier=pubmed("700"),
    title="A new trial",
    created="2026-06-02",
    publication_types=(PublicationType(ui="D016449", name="Randomized Controlled Trial"),),
)


def answered(stage: Stage) -> list[str]:
    stage.later(days=1)
    stage.poll()
    return [finding.because for finding in stage.article().findings if finding.kind is EventKind.NEW_EVIDENCE]


def with_topics(stage: Stage, *topics: Topic) -> Hands:
    stage.registrar.ensure_topics(topics, searched=[topic.name for topic in topics])
    stage.source.answers = (replace(ANSWER, history=()),)
    return hands_of(stage)


def test_a_muted_topic_brings_no_findings_and_is_shown_as_muted(stage: Stage) -> None:
    hands = with_topics(stage, TOPICS[0])
    assert hands.mute_topic("a", "cells", by="ada", reason="flooded by a congress")

    assert answered(stage) == []
    [line] = view(stage).topics
    assert (line.muted_by, line.muted_because, line.muted_until) == ("ada", "flooded by a congress", None)
    assert [(one.before, one.after) for one in log(stage, "topic.muted")] == [("", "muted")]
    assert stage.article().freshness_because.endswith("nothing is open; 1 topic muted")


def test_a_record_that_two_topics_find_is_told_by_the_one_that_is_not_muted(stage: Stage) -> None:
    with_topics(stage, *TOPICS).mute_topic("a", "cells", by="ada", reason="x")

    [because] = answered(stage)
    assert because.endswith("found by the topic “Knees”")


def test_what_came_while_a_topic_was_muted_is_told_when_it_is_unmuted(stage: Stage) -> None:
    hands = with_topics(stage, TOPICS[0])
    hands.mute_topic("a", "cells", by="ada", reason="x")
    assert answered(stage) == []
    assert hands.unmute_topic("a", "cells", by="bob")

    assert len(answered(stage)) == 1
    assert view(stage).topics[0].muted_by == ""
    assert not hands.unmute_topic("a", "cells", by="bob")


def test_a_mute_ends_after_its_last_day_and_what_came_meanwhile_is_told(stage: Stage) -> None:
    last = (stage.clock.today() + timedelta(days=2)).date()
    with_topics(stage, TOPICS[0]).mute_topic("a", "cells", by="ada", reason="x", until=last)
    told = [len(answered(stage)) for _ in range(4)]

    assert told == [0, 0, 1, 1]
    assert [line.actor for line in log(stage, "topic.unmuted")] == ["monitor"]


def test_a_topic_is_muted_once_and_only_where_it_concerns_the_article(stage: Stage) -> None:
    hands = with_topics(stage, TOPICS[0])
    assert [hands.mute_topic("a", "cells", by="ada", reason="x") for _ in range(2)] == [True, False]
    with pytest.raises(Refused, match="has no topic 'hips'; it has cells"):
        hands.mute_topic("a", "hips", by="ada", reason="x")
    with pytest.raises(Refused, match="needs a reason"):
        hands.mute_topic("a", "cells", by="ada", reason=" ")
    with pytest.raises(Refused, match="2020-01-01 is over"):
        hands.mute_topic("a", "cells", by="ada", reason="x", until=date(2020, 1, 1))
    with pytest.raises(KeyError):
        hands.mute_topic("nowhere", "cells", by="ada", reason="x")
