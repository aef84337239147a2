"""Every kind of mistake in every section of a recipe is refused, and told with its file, line and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from monitor.recipes import RecipeErrors, load_publisher
from monitor.recipes.keys import INDEX, LIST, LITERATURE, PARTS, RECORD, STATE_WORDS
from monitor.recipes.schema import publisher_schema_text
from tests.contract.test_recipes import MISTAKES as PAGE_MISTAKES
from tests.contract.test_recipes import RECIPE as BY_PAGES

BY_LIST = """\
key: college
name: A College
organisations: [College]
terms: https://college.example.org/terms
list:
  credentials: nice
  path: products
  items: [_embedded, products]
  page_url: https://college.example.org/advice/{identity}
  identity:
    path: [Id]
  state:
    word: {path: [Status]}
    withdrawn: [Withdrawn]
    current: [Published]
  fields:
    title: {path: [Title]}
    revision:
      path: [Changed]
      pattern: ^(\\d{4})
  recommendations:
    items: [grades]
    belongs: {path: [of]}
    text: {path: [text]}
guidelines:
  - identity: college/gout
    title: Gout
    match: [[gout]]
examples:
  - item: {Id: Gout, Title: Gout, Status: Published, Changed: 2024-01-05}
    parts: [{of: Gout, text: Offer rest.}]
    expect: {identity: college/gout, revision: '2024', recommendations: 1}
"""

BY_LITERATURE = """\
key: college
name: A College
organisations: [College]
terms: https://college.example.org/terms
via: pubmed
literature:
  query: >-
    "J Joints"[ta]
    AND guideline*[ti]
  titles: ['\\bguideline']
  not_titles: ['\\bdraft\\b']
  look_back: 20
guidelines:
  - identity: college/gout
    title: Gout
    match: [[gout]]
examples:
  - record: {title: Guideline on gout, journal: J Joints, date: '2024', types: [Practice Guideline], collective: Us}
    expect: {identity: college/gout, edition: '2024'}
"""

LITERATURE_MISTAKES = [
    ("via: pubmed", "via: crossref", "5: via: must be pubmed"),
    ("via: pubmed", "via: 7", "5: via: must be a text, not a number"),
    ("literature:", "litterature:", "6: litterature: unknown key; did you mean 'literature'?"),
    ("  query: >-\n", "  qery: >-\n", "7: literature.qery: unknown key; did you mean 'query'?"),
    ("  titles: ['\\bguideline']\n", "", "6: literature.titles: is missing"),
    ("['\\bguideline']", "guideline", "10: literature.titles: must be a list of texts, not a text"),
    ("['\\bguideline']", "['(']", "10: literature.titles: is no regular expression"),
    ("['\\bdraft\\b']", "['(']", "11: literature.not_titles: is no regular expression"),
    ("look_back: 20", "look_back: soon", "12: literature.look_back: must be a number, not a text"),
    ("look_back: 20", "look_back: 0", "12: literature.look_back: must be 1 to"),
    ("look_back: 20", "look_back: 1.5", "12: literature.look_back: must be a whole number"),
    ("look_back: 20", "since: 20", "12: literature.since: unknown key"),
    ("title: Gout\n", "title: Gout\n    path: /gout\n", "16: guidelines[0].path: unknown key"),
    ("  - record: {", "  - item: {", "18: examples[0].item: unknown key"),
    ("title: Guideline on gout, ", "", "18: examples[0].record.title: is missing"),
    ("journal: J Joints, ", "", "18: examples[0].record.journal: is missing"),
    ("date: '2024'", "date: 2024-01-05", "18: examples[0].record.date: must be a text, not a date"),
    ("types: [Practice Guideline]", "type: [x]", "18: examples[0].record.type: unknown key; did you mean 'types'?"),
    ("types: [Practice Guideline]", "types: x", "18: examples[0].record.types: must be a list of texts, not a text"),
    ("collective: Us", "collective: [x]", "18: examples[0].record.collective: must be a text"),
    ("expect: {identity", "expects: {identity", "18: examples[0].expect: is missing"),
    (BY_LITERATURE[BY_LITERATURE.index("examples:") :], "", "1: examples: is missing"),
    ("literature:\n", "index: {}\nliterature:\n", "6: index: unknown key"),
]

FULL = """\
  form: feed
  newest_within: 90d
"""

LIST_MISTAKES = [
    ("list:", "lsit:", "5: lsit: unknown key"),
    ("  credentials: nice", "  credentails: nice", "6: list.credentails: unknown key; did you mean 'credentials'?"),
    ("credentials: nice", "credentials: nhs", "6: list.credentials: must be one of nice, uspstf"),
    ("credentials: nice", "credentials: [nice]", "6: list.credentials: must be a text, not a list of something else"),
    (
        "credentials: nice",
        "credentials: nice\n  url: https://college.example.org/x",
        "7: list.url: is named by the operator's settings where there are credentials",
    ),
    ("  credentials: nice\n", "", "5: list.url: is missing"),
    (
        "credentials: nice",
        "url: http://college.example.org/x",
        "6: list.url: must be a full https:// address without port or password",
    ),
    (
        "credentials: nice",
        "url: https://college.example.org/x",
        "7: list.path: follows a base address of the operator's settings, which needs credentials",
    ),
    ("path: products", "path: /products", "7: list.path: must be a path without a slash at its start"),
    ("path: products", "path: https://x.org/y", "7: list.path: must be a path without a slash at its start"),
    ("  items: [_embedded, products]\n", "", "5: list.items: is missing"),
    ("items: [_embedded, products]", "items: products", "8: list.items: must be a list of texts, not a text"),
    ("advice/{identity}", "advice/", "9: list.page_url: must hold {identity}"),
    ("https://college.example.org/advice", "advice", "9: list.page_url: must be a full https://"),
    ("  identity:\n    path: [Id]\n", "", "5: list.identity: is missing"),
    ("    path: [Id]", "    xpath: //h1", "11: list.identity.xpath: unknown key"),
    ("    path: [Id]", "    pattern: x", "10: list.identity.path: is missing"),
    ("word: {path: [Status]}", "words: {path: [Status]}", "13: list.state.words: unknown key; did you mean 'word'?"),
    ("    word: {path: [Status]}\n", "", "12: list.state.word: is missing"),
    ("    withdrawn: [Withdrawn]\n", "", "12: list.state.withdrawn: is missing"),
    ("    current: [Published]\n", "", "12: list.state.current: is missing"),
    ("current: [Published]", "current: [withdrawn]", "15: list.state.current: holds 'withdrawn', which is among"),
    ("    title: {path: [Title]}\n", "", "16: list.fields.title: is missing"),
    ("    revision:", "    revsion:", "18: list.fields.revsion: unknown key; did you mean 'revision'?"),
    ("path: [Changed]", "path: Changed", "19: list.fields.revision.path: must be a list of texts, not a text"),
    ("^(\\d{4})", "^(\\d{4}", "20: list.fields.revision.pattern: is no regular expression: missing )"),
    ("^(\\d{4})", "^(\\d{4})\n      form: '{3}'", "21: list.fields.revision.form: may name {0} to {1}"),
    ("    items: [grades]\n", "", "21: list.recommendations.items: is missing"),
    ("    belongs: {path: [of]}\n", "", "21: list.recommendations.belongs: is missing"),
    ("    text: {path: [text]}\n", "", "21: list.recommendations.text: is missing"),
    ("belongs: {path: [of]}", "belong: {path: [of]}", "23: list.recommendations.belong: unknown key"),
    ("identity: college/gout\n", "identity: nice/gout\n", "26: guidelines[0].identity: must start with college/"),
    ("title: Gout\n", "title: Gout\n    path: /gout\n", "28: guidelines[0].path: unknown key"),
    (
        "    match: [[gout]]\n",
        "    match: [[gout]]\n  - identity: college/gout\n    title: Gout\n",
        "29: guidelines[1].identity: is given twice: college/gout",
    ),
    ("match: [[gout]]", "match: gout", "28: guidelines[0].match: must be a list of lists of words"),
    ("  - item: {", "  - html: {", "30: examples[0].html: unknown key"),
    ("  - item: {Id", "  - item: x\n    y: {Id", "30: examples[0].item: must be a mapping of keys, not a text"),
    ("parts: [{of: Gout, text: Offer rest.}]", "parts: [x]", "31: examples[0].parts: must be a list of mappings"),
    ("revision: '2024'", "revision: 2024-01-05", "32: examples[0].expect.revision: must be a text, not a date"),
    ("recommendations: 1}", "recommendations: many}", "32: examples[0].expect.recommendations: must be a number"),
    ("expect: {identity", "expects: {identity", "30: examples[0].expect: is missing"),
    (BY_LIST[BY_LIST.index("examples:") :], "", "1: examples: is missing"),
    ("list:\n", "index: {}\nlist:\n", "5: index: unknown key"),
    (BY_LIST[BY_LIST.index("  credentials") : BY_LIST.index("guidelines:")], "", "5: list: is empty"),
]

MORE_PAGE_MISTAKES = [
    ("  url: https://college.example.org/list\n", "", "5: index.url: is missing"),
    ("  pattern: ^/advice/\n", "", "5: index.pattern: is missing"),
    ("  pattern: ^", "  patern: ^", "7: index.patern: unknown key; did you mean 'pattern'?"),
    ("  pattern: ^", "  form: rss\n  pattern: ^", "7: index.form: must be one of html, sitemap, feed"),
    ("  pattern: ^", "  links: //a[\n  pattern: ^", "7: index.links: is no XPath: Invalid expression"),
    ("  pattern: ^", "  form: feed\n  links: //a\n  pattern: ^", "8: index.links: is for an index of the form html"),
    (
        "  pattern: ^",
        "  newest_within: 90d\n  pattern: ^",
        "7: index.newest_within: is for an index of the form feed",
    ),
    (
        "  pattern: ^",
        "  form: feed\n  newest_within: soon\n  pattern: ^",
        "8: index.newest_within: must be a number with s, m, h, d or w, such as 12h",
    ),
    ("document:\n", "documents:\n", "8: documents: unknown key; did you mean 'document'?"),
    ("document:\n", "document:\n  notes: {day: {xpath: //b}}\n", "9: document.notes.xpath: is missing"),
    ("document:\n", "document:\n  notes: {xpath: '//b['}\n", "9: document.notes.xpath: is no XPath"),
    ("document:\n", "document:\n  text: //b[\n", "9: document.text: is no XPath"),
    (
        "document:\n",
        "document:\n  recommendations: {number: {xpath: a}}\n",
        "9: document.recommendations.xpath: is missi",
    ),
    (
        "document:\n",
        "document:\n  recommendations: {xpath: a, grade: b}\n",
        "9: document.recommendations.grade: unknown",
    ),
    (
        "document:\n",
        "document:\n  state: {withdrawn: ['(']}\n",
        "9: document.state.withdrawn: is no regular expression",
    ),
    ("document:\n", "document:\n  state: {word: x}\n", "9: document.state.word: unknown key"),
    (
        "    match: [[gout]]\n",
        "  - {identity: college/x, title: X, path: /advice/gout/}\n",
        "20: guidelines[1].path: is given",
    ),
    ("    path: /advice/gout\n", "", "17: guidelines[0].path: is missing"),
    ("    html: <h1>Gout</h1>\n", "", "22: examples[0].html: is missing"),
    ("  - url: https", "  - url: ftp", "22: examples[0].url: must be a full https:// address"),
]


def told(folder: Path, text: str) -> list[str]:
    path = folder / "college.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_publisher(path)
    except RecipeErrors as errors:
        return [line.removeprefix(f"{path}:") for line in str(errors).splitlines()]
    return []


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(publisher_schema_text())
    return found


def values(text: str) -> Any:
    """As an editor's checker sees the file: a day without quotes is no text."""
    return json.loads(json.dumps(YAML(typ="safe").load(text), default=lambda day: [str(day)]))


def is_valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(schema()).is_valid(values(text))


def test_a_recipe_for_a_list_in_order_is_read(tmp_path: Path) -> None:
    assert told(tmp_path, BY_LIST) == []
    channel = load_publisher(tmp_path / "college.yaml").listing

    assert (channel.credentials, channel.path, channel.items) == ("nice", "products", ("_embedded", "products"))
    assert channel.fields["revision"].form == "{1}"
    assert channel.asked_at == "MONITOR_NICE_URL/products"


def test_a_list_without_a_key_has_an_address_of_its_own(tmp_path: Path) -> None:
    own = BY_LIST.replace("credentials: nice\n  path: products", "url: https://college.example.org/all.json")

    assert told(tmp_path, own) == []
    assert load_publisher(tmp_path / "college.yaml").followed_at == "https://college.example.org/all.json"


def test_a_recipe_for_a_feed_in_order_is_read(tmp_path: Path) -> None:
    assert told(tmp_path, BY_PAGES.replace("  pattern: ^", f"{FULL}  pattern: ^")) == []


@pytest.mark.parametrize(("right", "wrong", "message"), LIST_MISTAKES, ids=range(len(LIST_MISTAKES)))
def test_a_mistake_in_a_recipe_for_a_list_is_told(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    """P56: a wrong file is refused, and names what to mend."""
    assert right in BY_LIST
    problems = told(tmp_path, BY_LIST.replace(right, wrong, 1))

    assert any(line.startswith(message) for line in problems), problems


def test_a_recipe_for_the_literature_in_order_is_read(tmp_path: Path) -> None:
    assert told(tmp_path, BY_LITERATURE) == []
    publisher = load_publisher(tmp_path / "college.yaml")

    assert publisher.literature.query == '"J Joints"[ta] AND guideline*[ti]'
    assert (publisher.literature.look_back, publisher.literature.admits("A GUIDELINE")) == (20, True)
    assert not publisher.literature.admits("A draft guideline")
    assert publisher.followed_at == 'PubMed: "J Joints"[ta] AND guideline*[ti]'


@pytest.mark.parametrize(("right", "wrong", "message"), LITERATURE_MISTAKES, ids=range(len(LITERATURE_MISTAKES)))
def test_a_mistake_in_a_recipe_for_the_literature_is_told(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    assert right in BY_LITERATURE
    problems = told(tmp_path, BY_LITERATURE.replace(right, wrong, 1))

    assert any(line.startswith(message) for line in problems), problems


@pytest.mark.parametrize(("right", "wrong", "message"), MORE_PAGE_MISTAKES, ids=range(len(MORE_PAGE_MISTAKES)))
def test_a_mistake_in_a_recipe_for_pages_is_told(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    assert right in BY_PAGES
    problems = told(tmp_path, BY_PAGES.replace(right, wrong, 1))

    assert any(line.startswith(message) for line in problems), problems


def test_every_key_of_the_new_sections_is_in_the_test_of_mistakes_or_of_what_is_right() -> None:
    written = (
        BY_LIST
        + FULL
        + BY_PAGES
        + BY_LITERATURE
        + "".join(wrong for _, wrong, _ in (*LIST_MISTAKES, *MORE_PAGE_MISTAKES))
    )
    optional = {"number", "strength", "population"}
    known = {*LIST, *STATE_WORDS, *PARTS, *INDEX, *LITERATURE, *RECORD} - optional

    assert [key for key in sorted(known) if f"{key}:" not in written] == []


def test_the_schema_beside_the_recipes_is_the_one_the_loader_goes_by(repository: Path) -> None:
    """To renew it: monitor watchlist schema > watchlists/publisher.schema.json."""
    assert (repository / "watchlists" / "publisher.schema.json").read_text(encoding="utf-8") == publisher_schema_text()
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_shipped_recipe_fits_the_schema_and_names_it(repository: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    folder = repository / "watchlists"
    recipes = sorted((*folder.glob("publishers/*.yaml"), *folder.glob("alternatives/*.yaml")))
    wrong = {
        path.name: [error.message for error in validator.iter_errors(values(path.read_text(encoding="utf-8")))]
        for path in recipes
    }

    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert [path.name for path in recipes if "$schema=../publisher.schema.json" not in path.read_text("utf-8")] == []


def test_what_the_loader_takes_the_schema_takes() -> None:
    assert is_valid(BY_LIST)
    assert is_valid(BY_PAGES)
    assert is_valid(BY_LITERATURE)
    assert is_valid(BY_PAGES.replace("  pattern: ^", f"{FULL}  pattern: ^"))


ONLY_THE_LOADER_KNOWS = (
    "is no regular expression",
    "is no XPath",
    "may name {0}",
    "must start with college/",
    "is no guideline identifier",
    "is given twice",
    "is given",
    "must be the name of the file",
    "without port or password",
    "must lie on the host",
    "which the recipe does not read",
    "which is among",
    "is for an index of",
    "follows a base address",
    "without a slash",
    "not nan",
)
"""Messages of mistakes that JSON Schema cannot know of."""

MISTAKES = [
    *((BY_LIST, *one) for one in LIST_MISTAKES),
    *((BY_PAGES, *one) for one in (*MORE_PAGE_MISTAKES, *PAGE_MISTAKES)),
    *((BY_LITERATURE, *one) for one in LITERATURE_MISTAKES),
]


@pytest.mark.parametrize(("recipe", "right", "wrong", "message"), MISTAKES, ids=range(len(MISTAKES)))
def test_the_schema_refuses_every_mistake_that_it_can_know_of(
    recipe: str, right: str, wrong: str, message: str
) -> None:
    if any(words in message for words in ONLY_THE_LOADER_KNOWS):
        return

    assert not is_valid(recipe.replace(right, wrong, 1))
