"""Watchlist files: what the shipped ones say, and that every mistake is told with its file, line and key."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.designs import Design
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.policy import Policy, PubMedTransport, Transport
from monitor.recipes import RecipeErrors, load_publisher, load_watchlists

RECIPE = """\
key: college
name: A College
organisations: [College]
terms: https://college.example.org/terms
index:
  url: https://college.example.org/list
  pattern: ^/advice/
document:
  required: [title, edition]
  fields:
    title:
      xpath: //h1
    edition:
      xpath: //h2
      pattern: Revised (\\d{4})
guidelines:
  - identity: college/gout
    title: Gout
    path: /advice/gout
    match: [[gout]]
examples:
  - url: https://college.example.org/advice/gout
    html: <h1>Gout</h1>
    expect:
      title: Gout
"""


@pytest.fixture
def shipped(repository: Path) -> Path:
    return repository / "watchlists"


def problems_of(folder: Path, text: str, name: str = "publishers/college.yaml") -> list[str]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        load_watchlists(folder)
    except RecipeErrors as errors:
        return [line.removeprefix(f"{path}:") for line in str(errors).splitlines()]
    return []


def test_the_shipped_watchlists_are_in_order(shipped: Path) -> None:
    watchlists = load_watchlists(shipped)

    assert "va-dod" in [publisher.key for publisher in watchlists.publishers]
    assert watchlists.policy.too_old_after("guideline:va-dod") == timedelta(days=4)


def test_the_shipped_policy_is_the_built_in_one(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_bytes((shipped / "policies.yaml").read_bytes())

    assert (
        load_watchlists(tmp_path).policy
        == Policy(deadlines=dict(Policy().deadlines), intervals=dict(Policy().intervals))
        == Policy()
    )


def test_every_key_of_the_policy_is_explained(shipped: Path) -> None:
    guide = (shipped / "README.md").read_text(encoding="utf-8")
    keys = re.findall(r"^(\w+):", (shipped / "policies.yaml").read_text(encoding="utf-8"), re.M)

    assert keys
    assert [key for key in keys if f"`{key}`" not in guide] == []


def test_a_folder_without_files_follows_the_built_in_policy(tmp_path: Path) -> None:
    watchlists = load_watchlists(tmp_path)

    assert (watchlists.publishers, watchlists.policy) == ((), Policy())


def test_a_recipe_in_order_is_read(tmp_path: Path) -> None:
    assert problems_of(tmp_path, RECIPE) == []
    publisher = load_publisher(tmp_path / "publishers" / "college.yaml")

    assert publisher.pages.required == {"title", "edition"}
    assert publisher.pages.fields["edition"].form == "{1}"
    assert publisher.guidelines[0].url == "https://college.example.org/advice/gout"
    assert publisher.pace_seconds == 2.0


MISTAKES = [
    ("name: A College", "nmae: A College", "2: nmae: unknown key; did you mean 'name'?"),
    ("name: A College\n", "", "1: name: is missing"),
    ("name: A College", "name:", "2: name: is empty"),
    ("name: A College", "name: 5", "2: name: must be a text, not a number"),
    ("key: college", "key: other", "1: key: must be the name of the file, 'college'"),
    ("[College]", "College", "3: organisations: must be a list of texts, not a text"),
    ("terms: https:", "terms: http:", "4: terms: must be a full https:// address without port or password"),
    (
        "https://college.example.org/list",
        "https://me:pw@college.example.org/list",
        "6: index.url: must be a full https:// address without port or password",
    ),
    (
        "https://college.example.org/list",
        "https://[bad/list",
        "6: index.url: must be a full https:// address without port or password",
    ),
    (
        "pattern: ^/advice/",
        "pattern: ^/(advice/",
        "7: index.pattern: is no regular expression: missing ), unterminated subpattern at position 2",
    ),
    ("name: A College", "name: A College\npace_seconds: 0.5", "3: pace_seconds: must be 1 to 1e+06, not 0.5"),
    ("name: A College", "name: A College\npace_seconds: .nan", "3: pace_seconds: must be 1 to 1e+06, not nan"),
    ("name: A College", "name: A College\npace_seconds: yes please", "3: pace_seconds: must be a number, not a text"),
    ("name: A College", "name: A College\nstatus: perhaps", "3: status: must be one of verified, unverified"),
    ("xpath: //h1", "xpath: //h1[", "12: document.fields.title.xpath: is no XPath: Invalid expression"),
    ("[title, edition]", "[title, year]", "9: document.required: names 'year', which the recipe does not read"),
    ("    edition:", "    year:", "13: document.fields.year: unknown key"),
    (
        "(\\d{4})",
        "(\\d{4})\n      form: '{2}'",
        "16: document.fields.edition.form: may name {0} to {1}: the match and the groups of the pattern",
    ),
    ("identity: college/gout", "identity: elsewhere/gout", "17: guidelines[0].identity: must start with college/"),
    (
        "identity: college/gout",
        "identity: college/a b",
        "17: guidelines[0].identity: 'college/a b' is no guideline identifier",
    ),
    (
        "path: /advice/gout",
        "path: https://else.example.org/x",
        "19: guidelines[0].path: must lie on the host of the index page",
    ),
    (
        "[[gout]]",
        "[gout]",
        "20: guidelines[0].match: must be a list of lists of words, such as [[knee, osteoarthritis]]",
    ),
    ("      title: Gout\n", "      titel: Gout\n", "25: examples[0].expect.titel: unknown key; did you mean 'title'?"),
    ("  fields:\n", "  fields: none\n  x:\n", "10: document.fields: must be a mapping of keys, not a text"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_in_a_recipe_is_told_with_line_and_key(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    """P56: a wrong file is refused, and names what to mend."""
    assert RECIPE.count(right) >= 1
    assert message in problems_of(tmp_path, RECIPE.replace(right, wrong, 1))


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    problems_of(tmp_path, "minor_limit: 0\n", "policies.yaml")
    problems_of(tmp_path, "key: b\n", "publishers/b.yaml")
    problems_of(tmp_path, RECIPE.replace("A College", "[]").replace("//h1", "//h1["))
    with pytest.raises(RecipeErrors) as caught:
        load_watchlists(tmp_path)

    told = str(caught.value)
    assert all(
        name in told
        for name in ("college.yaml:2: name:", "college.yaml:12:", "b.yaml:1: index:", "policies.yaml:1: minor_limit:")
    )
    assert len(caught.value.problems) == len(told.splitlines())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "1: is no YAML: "),
        ("- a\n- b\n", "1: must hold keys with values, not a list"),
        ("", "1: must hold keys"),
        ("key: a\nkey: b\n", "2: is no YAML: found duplicate key"),
        ("a: \x01", "1: is no YAML: "),
        ("{" * 5000, "1: is no YAML: "),
        ("key: !!python/object/apply:os.system [ls]\n", "1: key: must be a text"),
    ],
)
def test_a_file_that_is_no_recipe_at_all_is_refused(text: str, message: str, tmp_path: Path) -> None:
    assert any(line.startswith(message) for line in problems_of(tmp_path, text)), problems_of(tmp_path, text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"key: \xff\xfe")
    with pytest.raises(RecipeErrors, match=r"x\.yaml:1: is not UTF-8 text"):
        load_publisher(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeErrors, match=r"nowhere\.yaml:1: cannot be read: No such file"):
        load_publisher(tmp_path / "nowhere.yaml")
    with pytest.raises(RecipeErrors, match="is no folder of watchlists"):
        load_watchlists(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["policy.yaml", "policies.yml", "publishers/college.yml"])
def test_a_file_that_would_be_passed_over_is_told(name: str, tmp_path: Path) -> None:
    assert any("is read by nobody" in line for line in problems_of(tmp_path, "key: x\n", name))


def test_the_policy_says_how_much_a_kind_weighs_and_how_often_a_source_is_asked(tmp_path: Path) -> None:
    assert problems_of(tmp_path, RECIPE) == []
    assert (
        problems_of(
            tmp_path,
            """\
stale_from: critical
minor_limit: 5
shelf_life: 52w
deadlines: {critical: 12h, major: never}
intervals: {pubmed: 30m, 'guideline:college': 7d}
late_after: 2
severity: {corrected: minor}
second_order: {depth: 2, severity: {retracted: critical, concern_raised: never}, max_age: 520w}
new_evidence: {rct: major, observational: never, look_back: 30d}
pubmed: {transport: updates, stream_from_ids: 5000}
""",
            "policies.yaml",
        )
        == []
    )
    policy = load_watchlists(tmp_path).policy

    assert (policy.stale_from, policy.minor_limit, policy.shelf_life) == (Severity.CRITICAL, 5, timedelta(weeks=52))
    assert policy.severity_of(EventKind.CORRECTED) is Severity.MINOR
    assert policy.severity_of(EventKind.RETRACTED) is KIND_RULES[EventKind.RETRACTED].severity
    assert (policy.deadlines[Severity.CRITICAL], Severity.MAJOR in policy.deadlines) == (timedelta(hours=12), False)
    second = policy.second_order
    assert (second.depth, second.max_age) == (2, timedelta(weeks=520))
    assert second.severity[EventKind.RETRACTED] is Severity.CRITICAL
    assert EventKind.CONCERN_RAISED not in second.severity
    assert (policy.new_evidence[Design.RCT], policy.look_back) == (Severity.MAJOR, timedelta(days=30))
    assert Design.OBSERVATIONAL not in policy.new_evidence
    assert policy.pubmed == PubMedTransport(transport=Transport.UPDATES, stream_from_ids=5000)
    assert policy.interval_of("guideline:college") == timedelta(days=7)
    assert policy.interval_of("guideline:another") == timedelta(days=1)
    assert policy.too_old_after("pubmed") == timedelta(hours=1)
    assert policy.too_old_after("clinicaltrials") == timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stale_from: bad\n", "1: stale_from: must be one of info, minor, major, critical"),
        ("intervals:\n  pubmed: 59s\n", "2: intervals.pubmed: must be 60 seconds or more, and a hundred years at most"),
        ("intervals:\n  pubmed: 12\n", "2: intervals.pubmed: must be a number with s, m, h, d or w, such as 12h"),
        (
            "intervals:\n  pubmed: 99999999999999999999w\n",
            "2: intervals.pubmed: must be 60 seconds or more, and a hundred years at most",
        ),
        ("intervals:\n  pubmd: 12h\n", "2: intervals.pubmd: unknown key; did you mean 'pubmed'?"),
        (
            "intervals:\n  guideline:nobody: 12h\n",
            "2: intervals.guideline:nobody: unknown key; did you mean 'guideline'?",
        ),
        ("minor_limit: 2.5\n", "1: minor_limit: must be a whole number, not 2.5"),
        ("late_after: .inf\n", "1: late_after: must be 1 to 1e+06, not inf"),
        ("severity:\n  retractd: minor\n", "2: severity.retractd: unknown key; did you mean 'retracted'?"),
        ("deadlines:\n  major: soon\n", "2: deadlines.major: must be a number with s, m, h, d or w, such as 12h"),
        ("pubmed:\n  transport: ftp\n", "2: pubmed.transport: must be one of auto, eutils, updates"),
        ("pubmed:\n  stream_from_ids: 0\n", "2: pubmed.stream_from_ids: must be 1 to 1e+06, not 0"),
        ("pubmed:\n  from_ids: 5\n", "2: pubmed.from_ids: unknown key; did you mean 'stream_from_ids'?"),
        ("new_evidence:\n  rtc: minor\n", "2: new_evidence.rtc: unknown key; did you mean 'rct'?"),
        ("new_evidence:\n  rct: big\n", "2: new_evidence.rct: must be one of info, minor, major, critical"),
        (
            "new_evidence:\n  look_back: 1\n",
            "2: new_evidence.look_back: must be a number with s, m, h, d or w, such as 12h",
        ),
        ("resolution:\n  resolved_from: 2\n", "2: resolution.resolved_from: must be 1 at most: it is a probability"),
        ("resolution:\n  sure_from: 1\n", "2: resolution.sure_from: unknown key; did you mean 'resolved_from'?"),
        (
            "resolution:\n  ambiguous_from: 0.95\n",
            "2: resolution.ambiguous_from: must not be above resolved_from, which is 0.9",
        ),
        ("timezone: Mars\n", "1: timezone: unknown key"),
    ],
)
def test_a_mistake_in_the_policy_is_told_with_line_and_key(text: str, message: str, tmp_path: Path) -> None:
    """P56: an interval below a minute, an unknown key or a wrong word is refused."""
    assert problems_of(tmp_path, text, "policies.yaml") == [message]
