"""What our reader makes of PubMed records: each field from its own place, and nothing from half an answer."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.domain.publications import CitedWork, DataBank, Grant, OtherAbstract
from monitor.domain.records import HistoryDate, Link, PublicationType
from monitor.sources.pubmed import read_recording, read_set

PROLOG = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2026//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n'
)


def article(
    *, inside: str = "", citation: str = "", data: str = "", attributes: str = 'Status="MEDLINE"', pmid: str = "101"
) -> bytes:
    return (
        f"{PROLOG}<PubmedArticleSet><PubmedArticle><MedlineCitation {attributes}>"
        f'<PMID Version="1">{pmid}</PMID><Article>{inside}</Article>{citation}</MedlineCitation>'
        f"<PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    ).encode()


def test_a_document_type_nobody_ships_is_no_hindrance_and_needs_no_network() -> None:
    """Sockets but loopback are closed in tests, so that a download would fail here."""
    assert read_recording(article()).pmid == "101"


def test_own_identifiers_are_not_those_of_notices_and_references() -> None:
    record = read_recording(
        article(
            citation='<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">'
            '<RefSource>J Knees. 2026 Jan 5;7(1):9</RefSource><PMID Version="1">202</PMID><Note>in part</Note>'
            "</CommentsCorrections></CommentsCorrectionsList>",
            data='<ArticleIdList><ArticleId IdType="doi">10.5555/OWN.1</ArticleId>'
            '<ArticleId IdType="pmc">PMC7</ArticleId><ArticleId IdType="pii">s1</ArticleId></ArticleIdList>'
            "<ReferenceList><Reference><Citation>x</Citation><ArticleIdList>"
            '<ArticleId IdType="doi">10.5555/other</ArticleId><ArticleId IdType="pubmed">303</ArticleId>'
            "</ArticleIdList></Reference></ReferenceList>",
        )
    )

    assert (record.pmid, record.doi, record.pmc, record.pii) == ("101", "10.5555/own.1", "PMC7", "s1")
    assert record.links == (
        Link(ref_type="RetractionIn", source="J Knees. 2026 Jan 5;7(1):9", pmid="202", note="in part"),
    )
    assert record.cited_pmids == ("303",)


def test_junk_in_the_place_of_a_cited_pmid_is_left_out_and_nested_lists_are_read() -> None:
    def reference(text: str) -> str:
        return f'<Reference><ArticleIdList><ArticleId IdType="pubmed">{text}</ArticleId></ArticleIdList></Reference>'

    junk = ("NOT_FOUND;INVALID_JOURNAL", "10.1000/x", "PMC12", "", "0")
    listed = "".join(map(reference, (*junk, "7", " 8 ", "7")))
    data = f"<ReferenceList>{listed}<ReferenceList>{reference('9')}</ReferenceList></ReferenceList>"

    assert read_recording(article(data=data)).cited_pmids == ("7", "8", "9")


@pytest.mark.parametrize(
    ("location", "doi"),
    [
        ('<ELocationID EIdType="doi" ValidYN="Y">10.5555/Loc</ELocationID>', "10.5555/loc"),
        ('<ELocationID EIdType="doi">10.5555/loc</ELocationID>', "10.5555/loc"),
        ('<ELocationID EIdType="doi" ValidYN="N">10.5555/loc</ELocationID>', ""),
        ('<ELocationID EIdType="doi" ValidYN="Y">no doi at all</ELocationID>', ""),
        ('<ELocationID EIdType="pii" ValidYN="Y">10.5555/loc</ELocationID>', ""),
    ],
)
def test_a_valid_location_stands_in_for_a_missing_doi(location: str, doi: str) -> None:
    assert read_recording(article(inside=location)).doi == doi


def test_inline_markup_formulas_and_entities_are_flattened_to_their_text() -> None:
    title = (
        "<ArticleTitle> Vitamin B<sub>12</sub> &amp; <i>H. <b>pylori</b></i>: p &lt; 0.05, &#945; and "
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi><mml:mo>=</mml:mo></mml:math>'
        "&beta;<!-- said nobody -->. </ArticleTitle>"
    )

    assert read_recording(article(inside=title)).title == "Vitamin B12 & H. pylori: p < 0.05, α and x=β."


def test_an_abstract_keeps_its_labels_and_other_abstracts_stay_out() -> None:
    record = read_recording(
        article(
            inside='<Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">To see.</AbstractText>'
            '<AbstractText Label="END"/><AbstractText>It <i>was</i> seen.</AbstractText>'
            "<CopyrightInformation>(c) Nobody</CopyrightInformation></Abstract>",
            citation='<OtherAbstract Language="spa" Type="Publisher"><AbstractText>Otro.</AbstractText></OtherAbstract>'
            '<OtherAbstract Type="plain-language-summary"><AbstractText>In short.</AbstractText></OtherAbstract>',
        )
    )

    assert record.abstract == "AIM: To see.\nIt was seen."
    assert record.other_abstracts == (
        OtherAbstract(text="Otro.", language="spa", kind="Publisher"),
        OtherAbstract(text="In short.", language="eng", kind="plain-language-summary"),
    )


@pytest.mark.parametrize(
    ("spelled", "read"),
    [
        ("<Year>2020</Year><Month>Sep</Month><Day>5</Day>", "2020-09-05"),
        ("<Year>2020</Year><Month>09</Month>", "2020-09"),
        ("<Year>2020</Year><Month>9</Month><Day>31</Day>", "2020-09"),
        ("<Year>2020</Year><Month>Brumaire</Month>", "2020"),
        ("<Year>2031</Year><Month>Dec</Month>", "2031-12"),
        ("<Year>1978</Year><Season>Jul-Aug</Season>", "1978"),
        ("<MedlineDate>1978 Jul-Aug</MedlineDate>", "1978"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998"),
        ("<MedlineDate>Spring 2001</MedlineDate>", "2001"),
        ("<MedlineDate>no year</MedlineDate>", ""),
        ("", ""),
    ],
)
def test_an_issue_date_is_read_as_far_as_it_is_stated(spelled: str, read: str) -> None:
    dated = f"<Journal><JournalIssue><PubDate>{spelled}</PubDate></JournalIssue></Journal>"

    assert read_recording(article(inside=dated)).published == read


def test_history_keeps_the_publishers_retraction_date() -> None:
    def dated(status: str, parts: str) -> str:
        return f'<PubMedPubDate PubStatus="{status}">{parts}</PubMedPubDate>'

    whole = dated("retracted", "<Year>2026</Year><Month>1</Month><Day>5</Day><Hour>6</Hour><Minute>0</Minute>")
    partial = dated("received", "<Year>2020</Year>")
    impossible = dated("accepted", "<Year>2020</Year><Month>2</Month><Day>31</Day>")
    body = article(data=f"<History>{whole}{partial}{impossible}</History>")

    assert read_recording(body).history == (
        HistoryDate(status="retracted", day=date(2026, 1, 5)),
        HistoryDate(status="received", day=date(2020, 1, 1)),
    )
    assert read_set(body).unknown == (("PubMedPubDate", "accepted 2020 2 31"),)


def test_a_raw_record_of_a_publisher_is_read_with_its_types_without_ui() -> None:
    body = article(
        attributes='Status="Publisher" Owner="NLM"',
        inside="<Language>ENG</Language><PublicationTypeList>"
        '<PublicationType UI="">RETRACTION OF PUBLICATION</PublicationType></PublicationTypeList>',
    )
    record = read_recording(body)

    assert (record.status, record.languages) == ("Publisher", ("eng",))
    assert record.publication_types == (PublicationType(ui="", name="RETRACTION OF PUBLICATION"),)
    assert read_set(body).unknown == ()


def test_values_that_no_document_type_names_are_kept_and_reported() -> None:
    body = article(
        attributes='Status="Pending"',
        inside='<PublicationTypeList><PublicationType UI="">Hologram</PublicationType>'
        '<PublicationType UI="D999">Hologram</PublicationType></PublicationTypeList>',
        citation='<CommentsCorrectionsList><CommentsCorrections RefType="DisprovedBy"><RefSource>x</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>",
        data='<History><PubMedPubDate PubStatus="dreamt"><Year>2026</Year></PubMedPubDate></History>',
    )
    read = read_set(body)

    assert [link.ref_type for link in read.publications[0].links] == ["DisprovedBy"]
    assert set(read.unknown) == {
        ("Status", "Pending"),
        ("PublicationType", "Hologram"),
        ("PublicationType", "Hologram (D999)"),
        ("RefType", "DisprovedBy"),
        ("PubStatus", "dreamt"),
    }


def test_people_are_named_in_every_spelling_of_the_years_and_groups_apart() -> None:
    record = read_recording(
        article(
            inside="<AuthorList>"
            "<Author><LastName>van der Berg</LastName><ForeName>Jan Piet</ForeName><Initials>JP</Initials></Author>"
            "<Author><LastName>Okafor</LastName><FirstName>Ada</FirstName><MiddleName>M</MiddleName></Author>"
            "<Author><LastName>Li</LastName><ForeName>Xiao-Ming</ForeName></Author>"
            '<Author ValidYN="N"><LastName>Wrongly</LastName><Initials>S</Initials></Author>'
            "<Author><CollectiveName>The <i>Knee</i> Group</CollectiveName></Author></AuthorList>"
        )
    )

    assert record.authors == ("van der Berg JP", "Okafor AM", "Li XM")
    assert record.collectives == ("The Knee Group",)


def test_trial_numbers_pages_and_indexing_are_read() -> None:
    record = read_recording(
        article(
            attributes='Status="MEDLINE" Owner="NLM" IndexingMethod="Automated"',
            inside="<Pagination><StartPage>33</StartPage><EndPage>41</EndPage></Pagination><DataBankList><DataBank>"
            "<DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
            "<AccessionNumber>NCT00000001</AccessionNumber></AccessionNumberList></DataBank></DataBankList>",
            citation="<MeshHeadingList><MeshHeading>"
            '<DescriptorName UI="D1" MajorTopicYN="N">Knee</DescriptorName>'
            '<QualifierName UI="Q1" MajorTopicYN="Y">surgery</QualifierName></MeshHeading></MeshHeadingList>'
            "<KeywordList><Keyword>joints</Keyword><Keyword/></KeywordList><CoiStatement>None.</CoiStatement>",
        )
    )

    assert (record.pages, record.indexing_method, record.accessions) == ("33-41", "Automated", ("NCT00000001",))
    assert [(one.name, one.major, one.qualifiers) for one in record.mesh] == [("Knee", True, ("surgery",))]
    assert (record.keywords, record.conflict_statement) == (("joints",), "None.")


def test_who_paid_and_where_the_data_lie_are_read() -> None:
    record = read_recording(
        article(
            inside="<DataBankList><DataBank><DataBankName>ISRCTN</DataBankName><AccessionNumberList>"
            "<AccessionNumber>ISRCTN1</AccessionNumber><AccessionNumber>ISRCTN2</AccessionNumber>"
            "</AccessionNumberList></DataBank><DataBank><DataBankName>Dryad</DataBankName></DataBank></DataBankList>"
            "<GrantList><Grant><GrantID>R01</GrantID><Acronym>AR</Acronym><Agency>NIAMS</Agency>"
            "<Country>United States</Country></Grant><Grant><Agency>A fund</Agency></Grant></GrantList>",
        )
    )

    assert record.data_banks == (
        DataBank(name="ISRCTN", accessions=("ISRCTN1", "ISRCTN2")),
        DataBank(name="Dryad"),
    )
    assert record.grants == (
        Grant(agency="NIAMS", number="R01", acronym="AR", country="United States"),
        Grant(agency="A fund"),
    )


def test_qualifiers_keep_their_uis_and_what_a_machine_indexed_says_so() -> None:
    record = read_recording(
        article(
            citation='<MeshHeadingList><MeshHeading><DescriptorName UI="D1" AutoHM="Y">Knee</DescriptorName>'
            '<QualifierName UI="Q1" MajorTopicYN="Y">surgery</QualifierName>'
            '<QualifierName UI="Q2" MajorTopicYN="N">injuries</QualifierName></MeshHeading></MeshHeadingList>'
        )
    )
    [heading] = record.mesh

    assert (heading.qualifier_uis, heading.major_uis, heading.automatic) == (("Q1", "Q2"), ("Q1",), True)


def test_references_keep_the_identifiers_found_for_them_else_their_words() -> None:
    def entry(words: str, *ids: tuple[str, str]) -> str:
        written = "".join(f'<ArticleId IdType="{kind}">{value}</ArticleId>' for kind, value in ids)
        return f"<Reference><Citation>{words}</Citation><ArticleIdList>{written}</ArticleIdList></Reference>"

    record = read_recording(
        article(
            data="<ReferenceList>"
            + entry("One", ("pubmed", "11"), ("doi", "10.5555/One"), ("pmc", "PMC1"))
            + entry("Two <i>in</i> words")
            + "</ReferenceList>"
        )
    )

    assert record.references == (CitedWork(pmid="11", doi="10.5555/one", pmc="PMC1"), CitedWork(text="Two in words"))


def test_an_issue_date_without_a_calendar_is_kept_in_its_words() -> None:
    for spelled in ("<Year>1978</Year><Season>Jul-Aug</Season>", "<MedlineDate>1978 Jul-Aug</MedlineDate>"):
        record = read_recording(
            article(inside=f"<Journal><JournalIssue><PubDate>{spelled}</PubDate></JournalIssue></Journal>")
        )
        assert (record.published, record.published_in_words) == ("1978", "1978 Jul-Aug")


def test_a_chapter_of_a_book_is_a_record_with_the_book_in_the_place_of_a_journal() -> None:
    body = (
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>77</PMID><ArticleIdList>"
        '<ArticleId IdType="bookaccession">NBK1</ArticleId><ArticleId IdType="doi">10.5555/Ch.1</ArticleId>'
        "</ArticleIdList><Book><BookTitle>All of Knees</BookTitle><PubDate><Year>2019</Year></PubDate>"
        '<AuthorList Type="editors"><Author><LastName>Ed</LastName><Initials>I</Initials></Author></AuthorList></Book>'
        "<ArticleTitle>Cells</ArticleTitle><Language>eng</Language>"
        '<AuthorList Type="authors"><Author><LastName>Writer</LastName><Initials>A</Initials></Author></AuthorList>'
        '<PublicationType UI="D016454">Review</PublicationType></BookDocument>'
        '<PubmedBookData><History><PubMedPubDate PubStatus="entrez"><Year>2019</Year><Month>2</Month><Day>1</Day>'
        "</PubMedPubDate></History></PubmedBookData></PubmedBookArticle></PubmedArticleSet>"
    )
    record = read_recording(body.encode())

    assert (record.pmid, record.title, record.journal, record.published) == ("77", "Cells", "All of Knees", "2019")
    assert (record.doi, record.authors, len(record.history)) == ("10.5555/ch.1", ("Writer A",), 1)
