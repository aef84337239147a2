"""Who looks after an article: by name first, then by its specialty."""

from monitor.domain.owners import Owner, Owners, Specialty

KNEES = Specialty(name="orthopaedics", articles=("knee-*",), topics=("arthroplasty",))
OWNERS = Owners(
    specialties={"orthopaedics": KNEES},
    owners={"team": Owner(name="team", specialties=("orthopaedics",)), "ada": Owner(name="ada", articles=("knee-1",))},
)


def test_an_article_belongs_to_a_specialty_by_its_id_or_by_a_topic() -> None:
    assert OWNERS.specialties_of("knee-2") == ("orthopaedics",)
    assert OWNERS.specialties_of("hip", topics=["arthroplasty"]) == ("orthopaedics",)
    assert OWNERS.specialties_of("gout", topics=["urate"]) == ()


def test_whoever_names_an_article_comes_before_the_owner_of_its_specialty() -> None:
    assert OWNERS.of("knee-1") == ("ada", "team")
    assert OWNERS.of("knee-2") == ("team",)
    assert OWNERS.of("gout") == ()
