"""Guideline publishers: one reader for each kind of channel, driven by one recipe file each."""

from __future__ import annotations

from monitor.sources.guideline.access import Access, nice, uspstf
from monitor.sources.guideline.anypage import read_any_page, read_any_pdf
from monitor.sources.guideline.examples import mistakes
from monitor.sources.guideline.fetching import Pages
from monitor.sources.guideline.identities import identities
from monitor.sources.guideline.items import UnreadableList, read_list
from monitor.sources.guideline.listed import ListedPublisher
from monitor.sources.guideline.literature import LiteraturePublisher, read_example
from monitor.sources.guideline.reader import READER
from monitor.sources.guideline.seen import SeenPage
from monitor.sources.guideline.source import GuidelinePublisher, read_recording
from monitor.sources.guideline.visiting import Read, Visitor

__all__ = [
    "READER",
    "Access",
    "GuidelinePublisher",
    "ListedPublisher",
    "LiteraturePublisher",
    "Pages",
    "Read",
    "SeenPage",
    "UnreadableList",
    "Visitor",
    "identities",
    "mistakes",
    "nice",
    "read_any_page",
    "read_any_pdf",
    "read_example",
    "read_list",
    "read_recording",
    "uspstf",
]
