"""ClinicalTrials.gov: registered trials, their status, results and outcomes."""

from __future__ import annotations

from monitor.sources.clinicaltrials.reader import READER, UnreadableStudy, read_recording, read_study
from monitor.sources.clinicaltrials.source import ClinicalTrials

__all__ = ["READER", "ClinicalTrials", "UnreadableStudy", "read_recording", "read_study"]
