"""The recipes of publishers followed through PubMed: their queries find what they read, on examples and recordings."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.channels import LiteratureChannel
from monitor.domain.publishers import Publisher
from monitor.domain.records import Publication
from monitor.domain.topics import Engine, parse
from monitor.recipes import load_watchlists
from monitor.sources.guideline import identities
from monitor.sources.guideline.editions import is_guideline
from monitor.sources.guideline.literature import as_publication, read_example
from monitor.sources.pubmed import UnreadableXml, read_set

AT_LEAST = 28
RECORDED = {
    "acc-aha": {"16949478"},
    "acg": {"38958301", "39626064"},
    "esc": {"11428848"},
    "esmo": {"33864941"},
}
"""Publisher → the guidelines of it among the recorded records, each looked at."""


@pytest.fixture(scope="module")
def recipes() -> tuple[Publisher, ...]:
    watchlists = load_watchlists(Path(__file__).parents[2] / "watchlists")
    return tuple(one for one in watchlists.publishers if isinstance(one.channel, LiteratureChannel))


@pytest.fixture(scope="module")
def engine(recipes: tuple[Publisher, ...]) -> Engine:
    """Every query; one that our engine cannot run as PubMed would is refused here."""
    running = Engine()
    for publisher in recipes:
        running.put(publisher.key, parse(publisher.literature.query))
    return running


def recorded(shared: Path) -> Iterator[list[Publication]]:
    for path in sorted((shared / "data/pubmed").rglob("*.xml*")):
        body = path.read_bytes()
        try:
            yield list(read_set(gzip.decompress(body) if path.suffix == ".gz" else body).publications)
        except (UnreadableXml, gzip.BadGzipFile):
            continue


def test_many_publishers_are_followed(recipes: tuple[Publisher, ...]) -> None:
    assert len(recipes) >= AT_LEAST


def test_every_recipe_shows_a_guideline_and_what_is_none(recipes: tuple[Publisher, ...]) -> None:
    shown = {one.key: [example.expect["identity"] == "none" for example in one.examples] for one in recipes}

    assert [key for key, nones in shown.items() if all(nones) or not any(nones)] == []


def test_every_query_finds_the_guidelines_of_its_examples(recipes: tuple[Publisher, ...], engine: Engine) -> None:
    lost = []
    for publisher in recipes:
        for example in publisher.examples:
            [found] = engine.match([as_publication(example.record)])
            if example.expect["identity"] != "none" and publisher.key not in found:
                lost.append((publisher.key, example.record["title"]))

    assert lost == []


def test_no_guideline_is_two_publishers_own(recipes: tuple[Publisher, ...], engine: Engine) -> None:
    """A guideline that two publishers issue together is followed once."""
    twice = []
    for example in (example for one in recipes for example in one.examples):
        record = as_publication(example.record)
        [found] = engine.match([record])
        owners = [one.key for one in recipes if one.key in found and is_guideline(record, one)]
        if len(owners) > 1:
            twice.append((owners, record.title))

    assert twice == []


def test_every_example_is_read_to_a_known_identity(recipes: tuple[Publisher, ...]) -> None:
    unknown = [
        (publisher.key, read.title)
        for publisher in recipes
        for example in publisher.examples
        if (read := read_example(example, publisher)) and publisher.known(read.identifier) is None
    ]

    assert unknown == []


@pytest.mark.chaos
def test_of_all_recorded_records_only_guidelines_are_taken(
    recipes: tuple[Publisher, ...], engine: Engine, shared: Path
) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    by_key = {publisher.key: publisher for publisher in recipes}
    for records in recorded(shared):
        for record, keys in zip(records, engine.match(records), strict=True):
            for key in keys:
                if is_guideline(record, by_key[key]):
                    found[key].add(record.pmid)

    assert dict(found) == RECORDED


@pytest.mark.parametrize(
    ("prose", "identity"),
    [
        ("the 2019 ACR/AF guideline for osteoarthritis of the knee", "acr/osteoarthritis"),
        ("2021 AAOS guidelines on knee osteoarthritis", "aaos/knee-osteoarthritis"),
        ("OARSI guidelines for knee osteoarthritis", "oarsi/knee-hip-polyarticular-oa"),
        ("EULAR recommendations on hand osteoarthritis", "eular/hand-osteoarthritis"),
        ("2017 ACC/AHA hypertension guideline", "acc-aha/hypertension"),
        ("2022 AHA/ACC/HFSA heart failure guideline", "acc-aha/heart-failure"),
        ("2021 AHA/ASA guideline for the secondary prevention of stroke", "aha/secondary-stroke-prevention"),
        ("2022 ESC/ERS guidelines for pulmonary hypertension", ""),
        ("2023 ESC guidelines for acute coronary syndromes", "esc/acute-coronary-syndromes"),
        ("American Diabetes Association Standards of Care", "ada/standards-of-care"),
        ("KDIGO 2021 guideline on blood pressure in CKD", "kdigo/blood-pressure"),
        ("GOLD report on COPD", "gold/copd"),
        ("the gold standard for asthma, say guidelines", ""),
        ("guidelines on chest pain", ""),
        ("Surviving Sepsis Campaign guidelines on septic shock", "sccm/adult-sepsis"),
        ("ACIP recommendations on influenza vaccination", "cdc-mmwr/influenza-vaccines"),
    ],
)
def test_prose_that_names_a_publisher_and_a_subject_means_one_guideline(
    prose: str, identity: str, recipes: tuple[Publisher, ...]
) -> None:
    """Where it may mean several, an editor picks: nothing is guessed."""
    found = identities(recipes, prose, "", None, prose)
    best = [one.identifier.value for one in found if one.confidence == found[0].confidence]

    assert (best if len(best) == 1 else [""]) == [identity]
