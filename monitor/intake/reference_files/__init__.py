"""Files of reference managers → references: one format, one file."""

from monitor.intake.reference_files.entries import Entry, references_of
from monitor.intake.reference_files.formats import READERS, read_references_file
from monitor.intake.reference_files.problems import Problem, UnreadableReferences

__all__ = ["READERS", "Entry", "Problem", "UnreadableReferences", "read_references_file", "references_of"]
