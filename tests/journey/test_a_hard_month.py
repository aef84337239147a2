"""A month of December: two outages, a rate-limited day, another document type, a renamed publication type.

By E-utilities and by daily files, whose year ends in it, too. Nothing is missed, nothing is told twice, and on each day
the report says truly how far it can be trusted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from monitor.replay.world import World
from tests.contract.test_replay_world import make_world, record, record_set
from tests.journey.living import Life, life
from tests.journey.test_by_files import watchlists

LAST_DAY = date(2026, 12, 30)
FIRST_DAY = LAST_DAY - timedelta(days=30)
RENAMED_ON = 12
"""So many days before the end NLM's notices begin to carry the new name of their type."""
BROKEN_DAYS = {23: "503", 22: "503", 15: "reset", 14: "reset", 13: "reset", 8: "429"}
"""Days before the end → what PubMed does on them."""
SEASON_TURNS_ON, PAUSE = 11, 2
"""So many days before the end a new baseline takes the place of the daily files, after so many days without any."""
TOO_OLD_AFTER = timedelta(days=2)
"""Four of PubMed's intervals of twelve hours; on that very day the second decides."""
PAPERS = range(101, 131)
REVIEW, STUDIES = 140, range(141, 146)
SOUND = range(181, 185)
"""Papers of an article to which nothing happens but noise."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What an upstream shows ``back`` days before the end, and what an editor is to be told."""

    back: int
    pmid: int
    kind: EventKind
    files: tuple[str, ...]
    told_of: int

    @property
    def day(self) -> date:
        """When."""
        return LAST_DAY - timedelta(days=self.back)


def paper(pmid: int, **changes: object) -> str:
    """A record nothing happened to, but for the changes."""
    return record(pmid, f"Paper {pmid}", **changes)  # type: ignore[arg-type]  # Parts by name.


def notice(pmid: int, ref_type: str, named: int, back: int, *types: str) -> str:
    """A notice that came into PubMed so many days before the end."""
    day = LAST_DAY - timedelta(days=back)
    return record(pmid, f"Notice about {named}", types=types, links=((ref_type, str(named)),), entrez=f"{day}")


def retraction_type(back: int) -> str:
    """The name of the type of retraction notices on a day."""
    return "Retraction of Publication" if back > RENAMED_ON else "Retraction Notice"


def happenings() -> Iterator[Happening]:
    """One event nearly every day, also on the days when nobody can be asked."""
    for back, pmid in zip(range(28, 1, -1), PAPERS, strict=False):
        number = 9000 + pmid
        match back % 5:
            case 0:
                files = (notice(number, "RetractionOf", pmid, back, retraction_type(back)),)
                kind = EventKind.RETRACTED
            case 1:
                files = (
                    notice(number, "ExpressionOfConcernFor", pmid, back, "Expression of Concern"),
                    paper(pmid, links=(("ExpressionOfConcernIn", str(number)),)),
                )
                kind = EventKind.CONCERN_RAISED
            case 2:
                files = (
                    notice(number, "ErratumFor", pmid, back, "Published Erratum"),
                    paper(pmid, links=(("ErratumIn", str(number)),)),
                )
                kind = EventKind.CORRECTED
            case 3:
                files = (paper(pmid, types=("Journal Article", "Retracted Publication")),)
                kind = EventKind.RETRACTED
            case _:
                files = (paper(pmid, links=(("UpdateIn", str(number)),)),)
                kind = EventKind.SUPERSEDED
        yield Happening(back, pmid, kind, files, pmid)
    study = STUDIES[0]
    yield Happening(
        14, study, EventKind.CONTAMINATED, (notice(9900, "RetractionOf", study, 14, retraction_type(14)),), REVIEW
    )


def noise(back: int) -> str:
    """On every day something changes that nobody needs to know."""
    extra = f"<KeywordList><Keyword>day {back}</Keyword></KeywordList>"
    return paper(SOUND[back % len(SOUND)], extra=extra, links=(("CommentIn", str(7000 + back)),))


def files() -> Mapping[str, str]:
    """The world as files."""
    listed = "".join(
        f'<Reference><Citation>Study {study}</Citation><ArticleIdList><ArticleId IdType="pubmed">{study}</ArticleId>'
        "</ArticleIdList></Reference>"
        for study in STUDIES
    )
    review = paper(REVIEW, types=("Journal Article", "Systematic Review"), entrez="2024-01-15").replace(
        "</PubmedData>", f"<ReferenceList>{listed}</ReferenceList></PubmedData>"
    )
    papers = [paper(pmid) for pmid in (*PAPERS, *STUDIES, *SOUND)]
    world = {"pubmed/all.xml": record_set(*papers, review)}
    by_day: dict[int, list[str]] = {back: [noise(back)] for back in range(29, -1, -1)}
    for happening in happenings():
        by_day[happening.back] += happening.files
    world |= {f"day-{back}/pubmed/news.xml": record_set(*records) for back, records in by_day.items()}
    world |= {
        f"day-{back}/faults.json": json.dumps(
            [{"upstream": upstream, "fault": fault, "days": 1} for upstream in ("pubmed", "pubmed_updates")]
        )
        for back, fault in BROKEN_DAYS.items()
    }
    world["world.json"] = json.dumps({"updates": {"turns_on": f"day-{SEASON_TURNS_ON}", "pause": PAUSE}})
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("december"), files(), last_day=LAST_DAY)


@pytest.fixture(params=["eutils", pytest.param("updates", marks=pytest.mark.chaos)])
def transport(request: pytest.FixtureRequest) -> str:
    """How PubMed is watched."""
    return str(request.param)


@pytest.fixture
def lived(world: World, transport: str, tmp_path: Path) -> Iterator[Life]:
    lists = watchlists(tmp_path / "lists", transport)
    with life(world, tmp_path / "data", FIRST_DAY, MONITOR_WATCHLISTS=str(lists)) as program:
        program.add("eventful", "eventful.md", page("An eventful topic", (*PAPERS, REVIEW)))
        program.add("sound", "sound.md", page("A sound topic", tuple(SOUND)))
        program.live(FIRST_DAY)
        yield program


def page(title: str, pmids: tuple[int, ...]) -> bytes:
    claims = "\n".join(f"- Sentence {number} rests on evidence [{number}]." for number in range(1, len(pmids) + 1))
    entries = "\n".join(
        f"{number}. Author A. Paper {pmid}. J Knees. 2025;7:1-9. PMID: {pmid}" for number, pmid in enumerate(pmids, 1)
    )
    head = f"# {title}\n\nLast updated: November 1, 2026\n\n"
    return f"{head}## What is known\n\n{claims}\n\n## References\n\n{entries}\n".encode()


def expected_by(day: date) -> Counter[tuple[EventKind, str]]:
    """What an editor must have been told by the evening of a day on which PubMed could be asked."""
    return Counter((item.kind, f"pubmed:{item.told_of}") for item in happenings() if item.day <= day)


def shown_until(day: date, transport: str) -> date:
    """The last day whose changes PubMed shows on a day: in the pause of the daily files, the day before it."""
    if transport == "eutils" or not 0 < SEASON_TURNS_ON + PAUSE - (LAST_DAY - day).days + 1 <= PAUSE:
        return day
    return LAST_DAY - timedelta(days=SEASON_TURNS_ON + PAUSE + 1)


def told(program: Life) -> Counter[tuple[EventKind, str]]:
    return Counter((finding.kind, finding.record) for finding in program.row("eventful").findings)


def test_each_evening_says_all_that_could_be_known_and_how_far_it_can_be_trusted(lived: Life, transport: str) -> None:
    """A restart forgets the client's breaker: these days last seconds, and it would outlast the outage."""
    last_good = FIRST_DAY
    for back in range(29, -1, -1):
        day = LAST_DAY - timedelta(days=back)
        if back + 1 in BROKEN_DAYS:
            lived.restart()
        lived.live(day)
        coverage = next(item for item in lived.monitor.desk.coverage() if item.source == "pubmed")
        assert coverage.last_success is not None
        if back in BROKEN_DAYS:
            assert coverage.status == "unreachable", day
            assert coverage.reason, day
        else:
            last_good = day
            assert coverage.status == "ok", (day, coverage)
        assert coverage.last_success.date() == last_good, day
        assert told(lived) == expected_by(shown_until(last_good, transport)), day
        assert lived.row("sound").findings == (), day
        if day - last_good != TOO_OLD_AFTER:
            in_time = day - last_good < TOO_OLD_AFTER
            assert lived.row("sound").freshness is (Freshness.FRESH if in_time else Freshness.UNVERIFIED), day

    assert sum(told(lived).values()) == len(list(happenings())) > 25
    assert all(finding.claims and finding.witnesses for finding in lived.row("eventful").findings)
    assert not lived.servers.violations
