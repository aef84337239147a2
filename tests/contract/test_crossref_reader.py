"""What is read from a work of Crossref, and what is left alone."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between, standing
from monitor.domain.records import as_json, digest, from_json
from monitor.domain.works import Relation, Update
from monitor.sources.crossref import UnreadableWork, read_recording, read_work
from monitor.sources.crossref.markup import plain
from monitor.sources.crossref.reader import to_raw
from tests.contract.played_crossref import doi

WORK: dict[str, Any] = {
    "DOI": "10.1000/KNEE.1",
    "type": "journal-article",
    "subtype": "preprint",
    "title": ["Cells for\n <i>knees</i>", "Zellen für Knie"],
    "container-title": ["Journal of Knees &amp; Hips"],
    "short-container-title": ["J Knee"],
    "publisher": "Knee Press",
    "published-print": {"date-parts": [[2019, 3]]},
    "published-online": {"date-parts": [[2018, 12, 9]]},
    "issued": {"date-parts": [[2018]]},
    "volume": "7",
    "issue": "2",
    "page": "11-19",
    "author": [{"given": "Ada", "family": "Ngo", "sequence": "first"}, {"name": "Knee Group"}, {"family": "Oz"}],
    "updated-by": [
        {
            "DOI": "10.1000/NOTICE.1",
            "type": "expression-of-concern",
            "updated": {"date-parts": [[2020, 1, 2]], "date-time": "2020-01-02T00:00:00Z", "timestamp": 1},
            "source": "retraction-watch",
            "record-id": "4036",
        },
        {"DOI": "10.1000/notice.1", "type": "retraction", "source": "retraction-watch", "record-id": "4036"},
    ],
    "update-to": [{"DOI": "10.1000/older", "type": "Correction", "updated": {"date-time": "2017-05-06T00:00:00Z"}}],
    "relation": {
        "is-preprint-of": [{"id-type": "doi", "id": "https://doi.org/10.1000/FINAL", "asserted-by": "subject"}],
        "is-supplemented-by": [{"id-type": "uri", "id": "https://example.org/table"}],
        "cites": [],
    },
    "clinical-trial-number": [{"clinical-trial-number": "nct01234567", "registry": "10.18810/clinical-trials-gov"}],
    "indexed": {"date-parts": [[2026, 1, 1]], "date-time": "2026-01-01T00:00:00Z"},
    "is-referenced-by-count": 7,
}

UNREAD: dict[str, Any] = {
    "is-referenced-by-count": 99,
    "references-count": 3,
    "reference": [{"key": "1"}],
    "indexed": {"date-time": "2027-01-01T00:00:00Z"},
    "deposited": {"date-time": "2027-01-01T00:00:00Z"},
    "license": [{"URL": "https://example.org"}],
    "link": [{"URL": "https://example.org"}],
    "subject": ["Knees"],
    "score": 13.4,
    "funder": [{"name": "A funder"}],
    "abstract": "<jats:p>Text</jats:p>",
}
"""Parts of a work whose change is no news."""


def test_every_field_of_a_work_is_read() -> None:
    read, unknown = read_work(WORK)

    assert unknown == ()
    assert (str(read.identifier), read.kind, read.subtype) == ("doi:10.1000/knee.1", "journal-article", "preprint")
    assert (read.title, read.journal, read.journal_abbreviation) == (
        "Cells for knees",
        "Journal of Knees & Hips",
        "J Knee",
    )
    assert (read.publisher, read.published, read.volume, read.issue, read.pages) == (
        "Knee Press",
        "2018-12-09",
        "7",
        "2",
        "11-19",
    )
    assert read.authors == ("Ada Ngo", "Knee Group", "Oz")
    assert read.relations == (Relation(kind="is-preprint-of", doi="10.1000/final"),)
    assert read.clinical_trials == ("nct01234567",)
    assert read.updates == (Update(doi="10.1000/older", kind="correction", day="2017-05-06"),)
    assert from_json(as_json(read)) == read


def test_every_assertion_of_one_update_is_kept() -> None:
    """CR-2746: a changed record of Retraction Watch is appended. Which of them holds is for the rules to say."""
    both = read_work(WORK)[0].updated_by

    assert {(one.doi, one.kind, one.record_id) for one in both} == {
        ("10.1000/notice.1", "expression_of_concern", "4036"),
        ("10.1000/notice.1", "retraction", "4036"),
    }


@pytest.mark.parametrize("name", UNREAD)
def test_what_moves_by_itself_is_no_change(name: str) -> None:
    assert read_work({**WORK, name: UNREAD[name]}) == read_work(WORK)


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({}, ""),
        ({"issued": {"date-parts": [[None]]}}, ""),
        ({"issued": {"date-parts": [[]]}}, ""),
        ({"issued": {"date-parts": []}}, ""),
        ({"issued": {"date-parts": [[2019, 2, None]]}}, "2019-02"),
        ({"issued": {"date-parts": [[2019]]}}, "2019"),
        ({"published": {"date-parts": [[2019]]}, "published-print": {"date-parts": [[2019, 7, 1]]}}, "2019-07-01"),
        ({"published-print": {"date-parts": [[2020, 1]]}, "published-online": {"date-parts": [[2019]]}}, "2019"),
        ({"posted": {"date-parts": [[2020, 10, 27]]}}, "2020-10-27"),
    ],
)
def test_the_earliest_day_stated_is_the_day_of_publication(fields: dict[str, Any], published: str) -> None:
    read, unknown = read_work({"DOI": "10.1000/a", **fields})

    assert (read.published, unknown) == (published, ())


@pytest.mark.parametrize(
    "parts", [[[2019, 13]], [["2019"]], [[True]], [[2019, 2, 30]], [[20190101]], [2019], "2019", [[0]]]
)
def test_a_date_that_is_none_is_noted(parts: object) -> None:
    read, unknown = read_work({"DOI": "10.1000/a", "issued": {"date-parts": parts}})

    assert read.published == ""
    assert [path for path, _ in unknown] == ["issued.date-parts"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Effect of H<sub>2</sub>O on <i>E. coli</i>", "Effect of H2O on E. coli"),
        ("The <scp>ESCAPE</scp>\n   trial<sup>1</sup>", "The ESCAPE trial1"),
        ("This week in <EMPH>Knees</EMPH> &amp; hips", "This week in Knees & hips"),
        ("Twice &amp;lt;i&amp;gt; escaped", "Twice &lt;i&gt; escaped"),
        ("Once &lt;i&gt;escaped&lt;/i&gt;", "Once escaped"),
        ("When p<0.05 and x<y>z", "When p<0.05 and x<y>z"),
        ("One<br/>two", "One two"),
        (
            '<mml:math xmlns:mml="u"><mml:semantics><mml:msub><mml:mi>T</mml:mi><mml:mn>1</mml:mn></mml:msub>'
            '<mml:annotation encoding="tex">T_1</mml:annotation></mml:semantics></mml:math> images',
            "T1 images",
        ),
        ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "x=2"),
        ("<jats:italic>In vitro</jats:italic>", "In vitro"),
    ],
)
def test_a_title_is_read_without_its_markup(written: str, text: str) -> None:
    assert plain(written) == text


@pytest.mark.parametrize("title", [None, [], [""], ["<i></i>"]])
def test_a_title_may_be_missing(title: object) -> None:
    assert read_work({**WORK, "title": title}) == read_work({**WORK, "title": []})
    assert read_work({**WORK, "title": title})[0].title == ""


def test_a_title_may_be_a_text_by_itself() -> None:
    assert read_work({**WORK, "title": "<b>Cells</b>"})[0].title == "Cells"


@pytest.mark.parametrize(
    ("written", "kind"), [("new-version", "new_version"), ("Partial Retraction", "partial_retraction")]
)
def test_types_of_updates_are_read_however_they_are_set(written: str, kind: str) -> None:
    read, unknown = read_work({**WORK, "updated-by": [{"DOI": "10.1000/n", "type": written}]})

    assert ([one.kind for one in read.updated_by], unknown) == ([kind], ())


def test_an_unknown_type_of_update_is_kept_as_it_came_and_told() -> None:
    read, unknown = read_work({**WORK, "updated-by": [{"DOI": "10.1000/n", "type": "Soft-Banishment"}]})

    assert [one.kind for one in read.updated_by] == ["Soft-Banishment"]
    assert unknown == (("updated-by.type", "Soft-Banishment"),)


@pytest.mark.parametrize(
    ("entry", "noted"),
    [
        ({}, ["updated-by.DOI", "updated-by.type"]),
        ({"DOI": 7, "type": "retraction"}, ["updated-by.DOI", "updated-by.DOI"]),
        ({"DOI": "10.1000/n", "type": ["retraction"]}, ["updated-by.type", "updated-by.type"]),
        ({"DOI": "10.1000/n", "type": "retraction", "updated": "2020"}, ["updated-by.updated"]),
        (
            {"DOI": "10.1000/n", "type": "retraction", "updated": {"date-time": "soon"}},
            ["updated-by.updated.date-time"],
        ),
        ({"DOI": "10.1000/n", "type": "retraction", "record-id": 7}, ["updated-by.record-id"]),
    ],
)
def test_an_update_of_wrong_types_survives_and_is_noted(entry: dict[str, Any], noted: list[str]) -> None:
    read, unknown = read_work({**WORK, "updated-by": [entry]})

    assert len(read.updated_by) == 1
    assert [path for path, _ in unknown] == noted
    assert standing(read) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "hologram"),
        ("title", 7),
        ("title", [7]),
        ("author", {"family": "Ngo"}),
        ("author", [None]),
        ("relation", []),
        ("relation", {"cites": "10.1000/x"}),
        ("updated-by", {"DOI": "10.1000/n"}),
        ("update-to", ["10.1000/n"]),
        ("clinical-trial-number", "NCT01234567"),
        ("volume", 7),
        ("published-print", "2019"),
    ],
)
def test_a_value_no_reader_knows_is_noted_and_the_rest_is_read(name: str, value: object) -> None:
    read, unknown = read_work({**WORK, name: value})

    assert str(read.identifier) == "doi:10.1000/knee.1"
    assert [path.partition(".")[0] for path, _ in unknown] == [name]


@pytest.mark.parametrize(
    "broken", [None, [], "10.1000/a", {}, {"DOI": None}, {"DOI": ""}, {"DOI": "10.1"}, {"DOI": [1]}]
)
def test_what_is_no_work_is_refused(broken: object) -> None:
    with pytest.raises(UnreadableWork):
        read_work(broken)


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b'{"DOI": "10.1000/', b"<html></html>", b"\xff\xfe", b"null"])
def test_a_recording_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableWork):
        read_recording(body)


def test_a_recording_is_read_bare_in_its_envelope_and_as_a_line() -> None:
    envelope = {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": WORK}
    line = {"_recorded": "a day", "message": WORK}

    for recorded in (WORK, envelope, line):
        assert read_recording(json.dumps(recorded).encode()) == read_work(WORK)[0]
        assert read_recording(json.dumps(recorded, indent=2).encode() + b"\n") == read_work(WORK)[0]


@pytest.mark.parametrize("kind", ["work-list", "work-agency", 7])
def test_an_envelope_of_something_else_is_refused(kind: object) -> None:
    with pytest.raises(UnreadableWork):
        read_recording(json.dumps({"status": "ok", "message-type": kind, "message": WORK}).encode())


def test_a_kept_work_is_read_under_the_doi_by_which_it_is_watched() -> None:
    read = read_recording(to_raw(WORK, doi("10.1000/alias")))

    assert (read.identifier, read.aliases) == (doi("10.1000/alias"), ("10.1000/knee.1",))
    assert b"watchedAs" not in to_raw(WORK, doi("10.1000/knee.1"))


def test_half_a_surrogate_pair_does_not_reach_the_store() -> None:
    written = json.loads(json.dumps(WORK).replace("Knee Press", r"Knee \ud800\u0000 Press"))

    assert read_work(written)[0].publisher == "Knee ? Press"
    broken = json.loads(
        r'{"DOI": "10.1000/\ud800x", "relation": {"is-\ud800": [{"id-type": "doi", "id": "10.1000/\ud800x"}, 7]}}'
    )
    read, notes = read_work(broken)
    assert (str(read.identifier), read.relations) == ("doi:10.1000/?x", (Relation(kind="is-?", doi="10.1000/?x"),))
    assert json.dumps([as_json(read), notes], ensure_ascii=False).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["10.1000/x", "retraction"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(["DOI", "type", "date-parts", "id"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=JSON)
def test_any_json_is_a_work_or_is_refused(value: object) -> None:
    for read in (lambda: read_work(value)[0], lambda: read_recording(json.dumps(value).encode())):
        try:
            work = read()
        except UnreadableWork:
            continue
        assert standing(work) is not None


@given(name=st.sampled_from(sorted({*WORK, "posted", "article-number", "watchedAs"} - {"DOI"})), value=JSON)
def test_a_field_of_any_shape_gives_a_work(name: str, value: object) -> None:
    read, _ = read_work({**WORK, name: value})

    assert from_json(json.loads(json.dumps(as_json(read)))) == read
    assert digest(read)
    assert standing(read) is not None


def shuffled(value: Any, order: random.Random) -> Any:
    """The same JSON with its lists and keys in another order, and more white space; dates stay dates."""
    match value:
        case dict():
            keys = order.sample(sorted(value), len(value))
            return {key: value[key] if key == "date-parts" else shuffled(value[key], order) for key in keys}
        case list():
            return [shuffled(item, order) for item in order.sample(value, len(value))]
        case str() if " " in value:
            return value.replace(" ", " \n ")
        case _:
            return value


@given(seed=st.integers())
def test_order_and_white_space_never_make_an_event(seed: int) -> None:
    other = json.dumps(shuffled(WORK, random.Random(seed)), indent=1)  # noqa: S311 - no secret, a seed to repeat
    before, after = read_work(WORK)[0], read_recording(other.encode())
    difference = between(before, after)

    assert (difference.came, difference.went) == ((), ())
    assert (before.updated_by, before.updates, before.relations) == (after.updated_by, after.updates, after.relations)
