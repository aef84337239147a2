"""Lines of a page that belong to the site and not to the article: visible tables, matched from the start of a line."""

from __future__ import annotations

import re

from monitor.intake.lines import Block

CHROME = re.compile(
    "|".join(
        (
            r"medical advisory board",
            r"all articles are (?:medically )?reviewed",
            r"educational purposes? only",
            r"content is (?:pending|currently|under) \w+",
            r"article review status\b",
            r"(?:page |content |article )?last (?:updated|reviewed|modified|revised)\b",
            r"(?:updated|published|reviewed|date)(?: on)?"
            r"\s*:?\s*[\d\w]{1,9}[ .,/-]{1,2}[\d\w]{1,9}[ .,/-]{1,2}[\d]{1,4}\b",
            r"(?:review )?status\s*:\s*\w+(?: review)?$",
            r"(?:medically |clinically |expert )reviewed by\b",
            r"view editorial policy",
            r"personalize$",
            r"help us tailor your experience",
            r"which best describes you\?",
            r"(?:skip|jump) to (?:the )?(?:main )?content",
            r"(?:table of contents|on this page|contents)$",
            r"(?:share|print|save|copy link|sign in|log in|subscribe|advertisement|menu|search|back to top)$",
            r"\[?\s*top of page\b",
            r"view suggested citation",
            r"(?:we use|this (?:web)?site uses) cookies",
            r"your browser (?:is|does)",
        )
    ),
    re.I,
)
"""Never part of the article, wherever they stand."""

TAIL = re.compile(
    "|".join(
        (
            r"(?:professional )?(?:medical )?disclaimer\b",
            r"have a follow-?\s?up question",
            r"(?:related|similar|more|recommended) (?:articles?|questions?|topics?|posts?|reading)\b",
            r"you (?:may|might) also like",
            r"about (?:us|the authors?|this (?:site|page))$",
            r"share this\b",
            r"(?:comments?|feedback|newsletter|legal notice|imprint|privacy policy|terms of (?:use|service))$",
            r"(?:copyright|©)\s",
            r"was this (?:page|article|answer) helpful",
        )
    ),
    re.I,
)
"""Headings after which nothing of the article follows, up to the next heading of their rank."""

STATUS_LINE = re.compile(r"(?:submitted|under review|approved)$", re.I)
"""The three review states, which a page may print all at once."""

REFERENCES = re.compile(
    r"(?:references?(?: list)?|reference list|bibliography|literature(?: cited)?|works cited|citations?|sources?"
    r"|cited (?:literature|works)|footnotes|notes and references)(?:\s*\(\d+\))?\s*:?$",
    re.I,
)
"""The heading of a reference list."""


def is_chrome(block: Block) -> bool:
    """Whether a block is one of the site's own lines."""
    return CHROME.match(block.text) is not None


def opens_tail(block: Block) -> bool:
    """Whether the page's own closing part starts here. Only short lines do."""
    return len(block.text) <= 80 and TAIL.match(block.text) is not None


def opens_references(block: Block) -> bool:
    """Whether a block is the heading of the reference list."""
    return len(block.text) <= 60 and REFERENCES.match(block.text) is not None
