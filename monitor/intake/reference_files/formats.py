"""The formats of reference managers, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.domain.articles import Reference
from monitor.intake.decoding import Format
from monitor.intake.reference_files.bibtex import read_bibtex
from monitor.intake.reference_files.csl_json import read_csl_json
from monitor.intake.reference_files.entries import Entry, references_of
from monitor.intake.reference_files.nbib import read_nbib
from monitor.intake.reference_files.problems import Problem, UnreadableReferences
from monitor.intake.reference_files.ris import read_ris

READERS: Mapping[Format, Callable[[str], tuple[list[Entry], list[Problem]]]] = {
    Format.RIS: read_ris,
    Format.BIBTEX: read_bibtex,
    Format.CSL_JSON: read_csl_json,
    Format.NBIB: read_nbib,
}
"""Each gives the entries of a file, or all that is wrong with it."""


def read_references_file(text: str, *, name: str, form: Format) -> tuple[Reference, ...]:
    """All references of a file in its order, or none: raises :class:`UnreadableReferences` with every row at fault."""
    entries, problems = READERS[form](text)
    references, wrong = references_of(entries)
    if found := [*problems, *wrong]:
        raise UnreadableReferences(name, found)
    if not references:
        raise UnreadableReferences(name, [Problem(line=1, reason=f"no reference was found in it; is it {form}?")])
    return tuple(references)
