"""One file, one topic: mistakes are told with file, line and key, a query's with its position."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.topics import Run
from monitor.domain.topics.query import And, Not, Or, Query, Words
from monitor.domain.topics.topic import TrialSearch
from monitor.recipes import RecipeErrors, Watchlists, load_watchlists
from monitor.settings import builtin_path

TOPIC = """\
title: Cells for knees
articles: [knee, hip]
query: >-
  "stem cell*"[tiab]
  AND knee[tiab]
"""


def load(folder: Path, text: str, name: str = "knees.yaml") -> Watchlists:
    path = folder / "topics" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_watchlists(folder)


def problem(folder: Path, text: str, name: str = "knees.yaml") -> str:
    with pytest.raises(RecipeErrors) as caught:
        load(folder, text, name)
    [found] = caught.value.problems
    return f"{found.line}: {found.key}: {found.message}" if found.key else found.message


def test_a_topic_is_its_file(tmp_path: Path) -> None:
    [topic] = load(tmp_path, TOPIC).topics

    assert (topic.name, topic.title, topic.articles) == ("knees", "Cells for knees", ("knee", "hip"))
    assert (topic.query, topic.run) == ('"stem cell*"[tiab] AND knee[tiab]', Run.AUTO)
    assert topic.tree() is not None


def test_a_topic_may_say_what_its_articles_are_about(tmp_path: Path) -> None:
    [topic] = load(tmp_path, TOPIC + "subject: [[knee, osteoarthritis], [gonarthrosis]]\n").topics

    assert topic.subject == (("knee", "osteoarthritis"), ("gonarthrosis",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: x\narticles: [a]\n", "1: query: is missing"),
        ("title: x\nquery: knee[ti]\n", "1: articles: is missing"),
        (TOPIC + "run: daily\n", "6: run: must be one of auto, eutils, stream"),
        (TOPIC + "subject: [knee]\n", "6: subject: must be a list of lists of words, such as [[knee, osteoarthritis]]"),
        (TOPIC + "quary: x\n", "6: quary: unknown key; did you mean 'query'?"),
        (
            "title: x\narticles: [a]\nrun: stream\nquery: knee[tiab] AND smith[au]\n",
            "4: query: cannot be matched with the daily files: the field [au] is not supported; these are: [ti], "
            "[tiab], [ot], [mh], [majr], [pt], [ta], [la], [dp], [crdt], [pmid] (at character 21: ' AND smith[au]')",
        ),
    ],
)
def test_a_mistake_is_told_with_line_and_key(text: str, message: str, tmp_path: Path) -> None:
    assert problem(tmp_path, text) == message


def test_a_file_whose_name_cannot_be_a_name_is_told(tmp_path: Path) -> None:
    assert "'My Topic' must be lower-case letters, digits and hyphens" in problem(tmp_path, TOPIC, "My Topic.yaml")


def test_a_file_that_nobody_would_read_is_told(tmp_path: Path) -> None:
    assert "is read by nobody" in problem(tmp_path, TOPIC, "knees.yml")


@pytest.mark.parametrize("run", ["", "run: eutils\n"])
def test_a_query_that_only_pubmed_can_run_is_left_to_pubmed(run: str, tmp_path: Path) -> None:
    [topic] = load(tmp_path, f"title: x\narticles: [a]\nquery: knee AND smith[au]\n{run}").topics

    assert topic.tree() is None


def test_the_topics_that_come_with_the_program_can_be_matched_with_the_daily_files() -> None:
    topics = load_watchlists(builtin_path("watchlists")).topics

    assert topics
    assert all(topic.tree() is not None for topic in topics)


def test_the_topics_that_come_with_the_program_find_what_is_not_indexed_yet() -> None:
    """Headings find nothing in a record without them, and most journals never get any."""
    for topic in load_watchlists(builtin_path("watchlists")).topics:
        tree = topic.tree()
        assert tree is not None
        assert asks_in_words(tree), topic.name


def asks_in_words(query: Query) -> bool:
    match query:
        case And(parts=parts):
            return all(map(asks_in_words, parts))
        case Or(parts=parts):
            return any(map(asks_in_words, parts))
        case Not(kept=kept):
            return asks_in_words(kept)
    return isinstance(query, Words)


def test_a_topic_may_ask_the_trial_registry(tmp_path: Path) -> None:
    trials = "trials:\n  condition: knee osteoarthritis\n  intervention: stem cell\n  statuses: [RECRUITING]\n"
    [topic] = load(tmp_path, TOPIC + trials).topics

    assert topic.trials == TrialSearch(
        condition="knee osteoarthritis", intervention="stem cell", statuses=("RECRUITING",)
    )


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        ("trials: {}\n", "give at least one of condition, intervention and terms"),
        ("trials:\n  statuses: [RECRUITING]\n", "give at least one of condition, intervention and terms"),
        ("trials:\n  terms: x\n  statuses: [Recruiting]\n", "'Recruiting' is no overall status; one of ACTIVE_NOT"),
        ("trials:\n  conditions: x\n", "did you mean"),
        ("trials: knee\n", "trials"),
    ],
)
def test_a_search_of_trials_that_cannot_be_asked_is_refused(tmp_path: Path, trials: str, message: str) -> None:
    with pytest.raises(RecipeErrors) as caught:
        load(tmp_path, TOPIC + trials)

    assert message in str(caught.value)
