"""Who issues guidelines and reviews: the names as pages write them, and when two of them mean one body."""

from __future__ import annotations

import re

ACRONYMS = frozenset(
    [
        "AACE",
        "AAD",
        "AADE",
        "AAFP",
        "AAN",
        "AANS",
        "AAO",
        "AAOS",
        "AAP",
        "AASLD",
        "AASM",
        "ABIM",
        "ACC",
        "ACCP",
        "ACEP",
        "ACG",
        "ACIP",
        "ACMG",
        "ACOG",
        "ACP",
        "ACR",
        "ACS",
        "ADA",
        "AGA",
        "AGS",
        "AHA",
        "AHRQ",
        "AMA",
        "AOA",
        "APA",
        "ASCO",
        "ASH",
        "ASHP",
        "ASN",
        "ASPEN",
        "ATA",
        "ATS",
        "AUA",
        "AWMF",
        "BNF",
        "BSG",
        "BSR",
        "BTS",
        "CADTH",
        "CCS",
        "CDC",
        "CHEST",
        "CMA",
        "CMS",
        "CPIC",
        "CTFPHC",
        "DGN",
        "DGRh",
        "DoD",
        "EACTS",
        "EAN",
        "EASD",
        "EASL",
        "EAU",
        "ECDC",
        "ECCO",
        "EFNS",
        "EHA",
        "EMA",
        "ERS",
        "ESC",
        "ESCEO",
        "ESGE",
        "ESH",
        "ESHRE",
        "ESICM",
        "ESMO",
        "ESPEN",
        "ESPGHAN",
        "ESRA",
        "ESVS",
        "EULAR",
        "FDA",
        "FIGO",
        "GINA",
        "GOLD",
        "HFSA",
        "HRS",
        "IASP",
        "IDF",
        "IDSA",
        "IFSO",
        "ILAE",
        "IOF",
        "ISTH",
        "KDIGO",
        "KDOQI",
        "MHRA",
        "NASPGHAN",
        "NCCN",
        "NHMRC",
        "NHS",
        "NICE",
        "NIH",
        "NOF",
        "OARSI",
        "PANLAR",
        "RACGP",
        "RCOG",
        "RCP",
        "SAGES",
        "SCCM",
        "SCAI",
        "SIGN",
        "SMFM",
        "SNMMI",
        "SOGC",
        "SVS",
        "USPSTF",
        "VA",
        "WHO",
        "WGO",
        "WSO",
    ]
)
"""Known short names. An unknown one counts only next to a year, for disease names are shortened just so."""

_WORD = r"(?:[A-Z][\w’'.-]*[\w)]|[A-Z]{2,})(?:/[A-Z][\w’'-]*)*"
_JOIN = r"(?:(?:of|for|on|in|and|the|&|against|to|de|la)\s+){0,3}"
NAME = rf"{_WORD}(?:,?\s+{_JOIN}{_WORD}){{0,12}}"
"""A run of capitalised words, joined by small ones: what a name looks like."""

_NO_NAME = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "by",
        "as",
        "to",
        "of",
        "for",
        "and",
        "or",
        "according",
        "although",
        "based",
        "both",
        "clinical",
        "current",
        "recent",
        "recently",
        "major",
        "most",
        "many",
        "several",
        "some",
        "these",
        "those",
        "this",
        "that",
        "all",
        "other",
        "new",
        "newer",
        "updated",
        "latest",
        "evidence",
        "evidence-based",
        "practice",
        "joint",
        "national",
        "international",
        "systematic",
        "network",
        "randomized",
        "randomised",
        "controlled",
        "large",
        "small",
        "first",
        "second",
        "one",
        "two",
        "three",
        "no",
        "such",
        "where",
        "when",
        "while",
        "since",
        "using",
        "unlike",
        "per",
        "see",
        "note",
        "treatment",
        "management",
        "following",
        "under",
        "strong",
        "conditional",
        "various",
        "existing",
        "multiple",
        "its",
        "their",
        "our",
        "pooled",
        "individual",
        "early",
        "previous",
        "prior",
        "additional",
        "available",
        "published",
        "original",
        "however",
        "therefore",
        "thus",
        "also",
        "phase",
        "multicenter",
        "multicentre",
        "double-blind",
        "placebo-controlled",
        "open-label",
    ]
)
_KNOWN_IN_TEXT = re.compile(
    r"\bCochrane\b|\b(?:American|European|British|Canadian|Australian|International|National|World|Royal|Scottish|German|French"
    r"|Japanese|Chinese|Korean|Infectious|Endocrine|Osteoarthritis)\s+(?:[A-Z][\w’'-]+|of|for|on|in|and|the|against|&)"
    r"(?:\s+(?:[A-Z][\w’'-]+|of|for|on|in|and|the|against|&)){0,8}(?:/(?:[A-Z][\w’'-]+\s?){1,4})?"
    r"|\b(?:VA/DoD|US Preventive Services Task Force|Department of Veterans Affairs)\b"
)
_LAST_WORDS = re.compile(
    r"\s+(?:of|for|on|in|and|the|against|&|Clinical|Practice|Guidelines?|Recommendations?|Journal"
    r"|Consensus|Statement|Evidence-Based|Expert|Task|Joint|Position|Scientific)$"
)


def organisation_in(text: str) -> str:
    """The issuing body named in an entry's words, or ``""``."""
    if match := _KNOWN_IN_TEXT.search(text):
        return _trimmed_end(match.group())
    return next(
        (word for word in re.findall(r"\b[A-Z][A-Za-z]{2,7}\b", text) if word in ACRONYMS and word.isupper()), ""
    )


def trimmed(name: str, *, dated: bool) -> str:
    """A run of capitalised words as the name of a body: without the sentence's own words; ``""`` when none is left."""
    words = name.split()
    while words and words[0].casefold().strip(",") in _NO_NAME:
        words.pop(0)
    kept = _trimmed_end(" ".join(words))
    kept = re.sub(r"\s*\([^)]*$", "", kept).strip(" ,")
    if not kept:
        return ""
    if len(kept.split()) > 1 or kept == "Cochrane" or "/" in kept:
        return kept
    short = kept.strip("()")
    return kept if short in ACRONYMS or (dated and re.fullmatch(r"[A-Z]{2,}[A-Za-z-]*", short)) else ""


def same_organisation(left: str, right: str) -> bool:
    """Whether two names mean one body: the same words, one inside the other, or one the initials of the other."""
    a, b = _words(left), _words(right)
    if not a or not b:
        return not a and not b
    if a == b or set(a) <= set(b) or set(b) <= set(a):
        return True
    return _initials(a) == "".join(b) or _initials(b) == "".join(a)


def is_named_in(organisation: str, text: str) -> bool:
    """Whether a text names a body, by its words or its initials."""
    words, there = _words(organisation), _words(text)
    if not words:
        return False
    if set(words) <= set(there):
        return True
    capitals = re.findall(r"\b[A-Z][\w’'-]*", text)
    initials = "".join(word[0] for word in capitals).casefold()
    short = "".join(words)
    return _initials(words) in there or (len(words) == 1 and len(short) >= 3 and short in initials)


def _trimmed_end(name: str) -> str:
    while (shorter := _LAST_WORDS.sub("", name)) != name:
        name = shorter
    return name.strip(" ,.")


def _words(text: str) -> list[str]:
    small = ("the", "of", "for", "and", "on", "in")
    return [word for word in re.findall(r"[^\W_]+", text.casefold()) if word not in small]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""
