"""Every key of a publisher's recipe, with what may stand under it: the loader and the editors' schema read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from monitor.domain.channels import IndexForm
from monitor.domain.publishers import RecipeStatus

Schema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a key means to whoever writes a recipe, and what may stand under it, as JSON Schema."""

    about: str
    schema: Schema
    is_required: bool = False


Section: TypeAlias = Mapping[str, Key]

CREDENTIALS = ("nice", "uspstf")
"""The publishers whose base address and key the operator's settings hold."""

FIELDS = ("title", "edition", "published", "updated", "revision", "reaffirmed", "replaced_by", "update_announced")
"""The fields of a guideline document that a recipe may read."""

EXPECTED = (*FIELDS, "identity", "state")
"""What an example may expect beside the number of recommendations."""

KEY_PATTERN = r"[a-z0-9-]+"
DURATION_PATTERN = r"\d+\s*(s|m|h|d|w)"

TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT, "minItems": 1}
URL: Schema = {"type": "string", "pattern": "^https://"}
PATTERN: Schema = {"type": "string", "format": "regex"}
PATTERNS: Schema = {"type": "array", "items": PATTERN}
ANYTHING: Schema = {"type": "object"}


def section(keys: Section, **more: Any) -> Schema:
    """The schema of a mapping that holds these keys and no others."""
    properties = {name: {**key.schema, "description": key.about} for name, key in keys.items()}
    required = [name for name, key in keys.items() if key.is_required]
    needs = {"required": required} if required else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **needs, **more}


def _rule(place: str, place_key: Key) -> Section:
    return {
        place: place_key,
        "pattern": Key(about="The first text that this is found in counts.", schema=PATTERN),
        "form": Key(about="What is kept: {0} is the whole match, {1} its first group.", schema=TEXT),
    }


XPATH_RULE = _rule("xpath", Key(about="XPath of the texts in which the field stands.", schema=TEXT, is_required=True))
PATH_RULE = _rule("path", Key(about="The keys that lead from an item to the field.", schema=TEXTS, is_required=True))
_ON_PAGE, _IN_ITEM = section(XPATH_RULE), section(PATH_RULE)


def fields(rule: Schema) -> Schema:
    """The schema of ``fields``, given that of one rule."""
    return section(
        {name: Key(about=f"Where {name} stands.", schema=rule, is_required=name == "title") for name in FIELDS}
    )


INDEX: Section = {
    "url": Key(about="The address of the index.", schema=URL, is_required=True),
    "form": Key(about="What the index is; html unless said.", schema={"enum": [form.value for form in IndexForm]}),
    "links": Key(about="XPath of the links on an index of the form html.", schema=TEXT),
    "pattern": Key(about="What the path of a guideline's page matches.", schema=PATTERN, is_required=True),
    "newest_within": Key(
        about="A feed whose newest item is older than this has been left behind: an alarm. Such as 90d.",
        schema={"type": "string", "pattern": f"^{DURATION_PATTERN}$"},
    ),
}

RECOMMENDATIONS: Section = {
    "xpath": Key(about="XPath of one element for each recommendation.", schema=TEXT, is_required=True),
    "text": Key(about="Its words, where they are not all of the element but the other three.", schema=_ON_PAGE),
    "number": Key(about="Its number, relative to the element.", schema=_ON_PAGE),
    "strength": Key(about="Its strength or grade.", schema=_ON_PAGE),
    "population": Key(about="Whom it is for.", schema=_ON_PAGE),
}

NOTES: Section = {
    "xpath": Key(about="XPath of one element for each entry of the list of updates.", schema=TEXT, is_required=True),
    "day": Key(about="The day of the entry.", schema=_ON_PAGE),
    "text": Key(about="The words of the entry.", schema=_ON_PAGE),
}

PAGE_STATE: Section = {
    "xpath": Key(about="XPath of the texts that say whether the guideline stands.", schema=TEXT),
    "withdrawn": Key(about="Patterns of which one means that it does not.", schema=PATTERNS),
}

DOCUMENT: Section = {
    "fields": Key(about="Where each field stands on the page.", schema=fields(_ON_PAGE), is_required=True),
    "required": Key(about="Fields without which a page is not believed.", schema=TEXTS),
    "recommendations": Key(about="How recommendations are read.", schema=section(RECOMMENDATIONS)),
    "text": Key(about="XPath of the parts whose words matter; 'main' lets the extractor choose.", schema=TEXT),
    "notes": Key(about="How the page's own list of updates is read.", schema=section(NOTES)),
    "state": Key(about="How a withdrawn guideline is known.", schema=section(PAGE_STATE)),
    "page_end": Key(about="A text that only a whole page holds.", schema=TEXT),
}

STATE_WORDS: Section = {
    "word": Key(about="Where the publisher's word for the state stands.", schema=_IN_ITEM, is_required=True),
    "withdrawn": Key(about="The words that mean it no longer stands.", schema=TEXTS, is_required=True),
    "current": Key(about="The words that mean it stands.", schema=TEXTS, is_required=True),
}

PARTS: Section = {
    "items": Key(about="The keys that lead to the list of recommendations.", schema=TEXTS, is_required=True),
    "belongs": Key(about="Where the key or identity of its guideline stands.", schema=_IN_ITEM, is_required=True),
    "text": Key(about="Its words.", schema=_IN_ITEM, is_required=True),
    "number": Key(about="Its number.", schema=_IN_ITEM),
    "strength": Key(about="Its strength or grade.", schema=_IN_ITEM),
    "population": Key(about="Whom it is for.", schema=_IN_ITEM),
}

LIST: Section = {
    "url": Key(about="The address of the list, where it wants no key.", schema=URL),
    "credentials": Key(about="Whose address and key in the settings are used.", schema={"enum": list(CREDENTIALS)}),
    "path": Key(about="What follows the base address of the settings.", schema=TEXT),
    "items": Key(about="The keys that lead to the list of guidelines.", schema=TEXTS, is_required=True),
    "identity": Key(about="Where the publisher's name of a guideline stands.", schema=_IN_ITEM, is_required=True),
    "fields": Key(about="Where each field stands in an item.", schema=fields(_IN_ITEM), is_required=True),
    "state": Key(about="Where the state stands, and what its words mean.", schema=section(STATE_WORDS)),
    "recommendations": Key(about="Recommendations in a list of their own.", schema=section(PARTS)),
    "page_url": Key(
        about="A guideline's page, with {identity} in it.", schema={**URL, "pattern": r"^https://.*\{identity\}"}
    ),
}

LITERATURE: Section = {
    "query": Key(about="What PubMed is asked, in its own syntax.", schema=TEXT, is_required=True),
    "titles": Key(
        about="Patterns of which one stands in the title of a guideline.",
        schema={"type": "array", "items": PATTERN, "minItems": 1},
        is_required=True,
    ),
    "not_titles": Key(about="Patterns of which none does.", schema=PATTERNS),
    "look_back": Key(about="How many years the first search reaches back.", schema={"type": "integer", "minimum": 1}),
}

RECORD: Section = {
    "title": Key(about="The title of an article.", schema=TEXT, is_required=True),
    "journal": Key(about="NLM's abbreviation of its journal.", schema=TEXT, is_required=True),
    "date": Key(about="When it was published: a year, a month or a day, in quotes.", schema=TEXT, is_required=True),
    "types": Key(about="Its publication types.", schema=TEXTS),
    "collective": Key(about="The body that is named as its author.", schema={"type": "string"}),
}

_MATCH: Schema = {"type": "array", "items": {"type": "array", "items": TEXT, "minItems": 1}}

GUIDELINE: Section = {
    "identity": Key(about="The identity; starts with the key of the recipe.", schema=TEXT, is_required=True),
    "title": Key(about="The title by which editors know it.", schema=TEXT, is_required=True),
    "match": Key(about="Sets of words: prose that holds all of one means this guideline.", schema=_MATCH),
}

PAGE_GUIDELINE: Section = {
    **GUIDELINE,
    "path": Key(about="The path of its page, on the host of the index.", schema=TEXT, is_required=True),
}

EXPECT: Section = {
    **{name: Key(about=f"The {name} that is read.", schema={"type": "string"}) for name in EXPECTED},
    "recommendations": Key(about="How many are read.", schema={"type": "integer", "minimum": 0}),
}

PAGE_EXAMPLE: Section = {
    "url": Key(about="The address of the page.", schema=URL, is_required=True),
    "html": Key(about="A page as the publisher would send it, written by you.", schema=TEXT, is_required=True),
    "expect": Key(about="What must be read from it.", schema=section(EXPECT), is_required=True),
}

ITEM_EXAMPLE: Section = {
    "item": Key(about="An item as the publisher would send it.", schema=ANYTHING, is_required=True),
    "parts": Key(about="The recommendations that belong to it.", schema={"type": "array", "items": ANYTHING}),
    "expect": PAGE_EXAMPLE["expect"],
}

RECORD_EXAMPLE: Section = {
    "record": Key(about="A record of PubMed, as far as it matters.", schema=section(RECORD), is_required=True),
    "expect": Key(
        about="What is read from it; the identity none means that it is no guideline.",
        schema=section(EXPECT),
        is_required=True,
    ),
}

COMMON: Section = {
    "key": Key(
        about="The name of the file.", schema={"type": "string", "pattern": f"^{KEY_PATTERN}$"}, is_required=True
    ),
    "name": Key(about="What editors read.", schema=TEXT, is_required=True),
    "organisations": Key(about="The names by which articles call the publisher.", schema=TEXTS, is_required=True),
    "status": Key(
        about="verified once the recipe was tried on what the publisher really sends.",
        schema={"enum": [status.value for status in RecipeStatus]},
    ),
    "terms": Key(about="The page that permits polling.", schema=URL, is_required=True),
    "pace_seconds": Key(about="Least time between two requests.", schema={"type": "number", "minimum": 1}),
}


def _recipe(channel: Section, *, guideline: Section, example: Section) -> Section:
    """A whole recipe: what is common to all, what is the channel's own, and what differs by the channel."""
    known: Schema = {"type": "array", "items": section(guideline)}
    given: Schema = {"type": "array", "minItems": 1, "items": section(example)}
    return {
        **COMMON,
        **channel,
        "guidelines": Key(about="Guidelines whose identity is fixed here.", schema=known),
        "examples": Key(about="What the publisher sends and what is read from it.", schema=given, is_required=True),
    }


BY_PAGES = _recipe(
    {
        "index": Key(about="The index that links to the guidelines.", schema=section(INDEX), is_required=True),
        "document": Key(about="How a guideline's page is read.", schema=section(DOCUMENT), is_required=True),
    },
    guideline=PAGE_GUIDELINE,
    example=PAGE_EXAMPLE,
)

_ONE_ADDRESS = [{"required": ["url"]}, {"required": ["credentials"]}]
BY_LIST = _recipe(
    {
        "list": Key(
            about="The one answer that holds every guideline.",
            schema=section(LIST, oneOf=_ONE_ADDRESS),
            is_required=True,
        )
    },
    guideline=GUIDELINE,
    example=ITEM_EXAMPLE,
)

BY_LITERATURE = _recipe(
    {
        "via": Key(about="Where its articles are searched for.", schema={"const": "pubmed"}, is_required=True),
        "literature": Key(about="Which articles are guidelines.", schema=section(LITERATURE), is_required=True),
    },
    guideline=GUIDELINE,
    example=RECORD_EXAMPLE,
)
