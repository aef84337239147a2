"""The words that make a number a figure: what is counted or measured, in the languages that articles are written in.

Every table is name → the words for it, as parts of a regular expression. Nobody has to read the parser to add a word.
"""

from __future__ import annotations

COUNTED: tuple[tuple[str, str], ...] = (
    ("trials", r"trials?|RCTs?|essais?|ensayos?|试验|试驗|تجربة|تجارب"),
    ("studies", r"study|studies|Studien?|études?|etudes?|estudios?|研究|دراسة|دراسات"),
    (
        "participants",
        r"participants?|patients?|people|persons?|individuals|subjects|volunteers|respondents"
        r"|Teilnehmer(?:n|innen)?|Teilnehmenden?|Patient(?:en|innen)|Personen|Proband(?:en|innen)|Menschen"
        r"|patiente?s|personnes|participante?s|participantes?|pacientes?|personas|sujetos"
        r"|参与者|參與者|受试者|受試者|患者|病人|人(?!群|员)|مشارك(?:ا|ة|ين|ات)?|مريض(?:ا|ة)?|مرضى|شخص(?:ا)?",
    ),
    ("adults", r"adults?|Erwachsenen?|adultes|adultos|成人|بالغ(?:ا|ين)?"),
    ("women", r"women|Frauen|femmes|mujeres|女性|امرأة|نساء"),
    ("men", r"men|Männern?|hommes|hombres|男性|رجل(?:ا)?|رجال"),
    ("children", r"children|Kindern?|enfants|niños|儿童|طفل(?:ا)?|أطفال"),
    ("knees", r"knees?|Knien?|genoux|rodillas|膝(?:关节)?"),
)
"""What is counted. The name is the one that a difference is told under."""

ALSO_CALLED: tuple[frozenset[str], ...] = (
    frozenset({"trials", "studies"}),
    frozenset({"participants", "adults", "women", "men", "children"}),
)
"""Units under which another writer may count the same: the same number under one of them agrees; another number under
another of them is no difference."""

BETWEEN = (
    r"larger|large|small|smaller|new|newer|other|further|additional|more|randomi[sz]ed|controlled|clinical|eligible|included|"
    r"adult|unique|prospective|cohort|observational|open|open-label|double-blind|placebo-controlled|parallel-group|"
    r"published|unpublished|completed|relevant|different|separate|total|human|older|of|"
    r"randomisierten?|kontrollierten?|klinischen?|großen?|kleinen?|weiteren?|eingeschlossenen?|"
    r"随机|对照|临床|随机对照|名|例|位|项|個|个|篇"
)
"""Words that may stand between a number and what it counts."""

NOT_BETWEEN = (
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|Jahren?|Monaten?|Wochen?|ans|mois|años|meses|mg|ml|kg|mm|cm|g|l"
    r"|points?|percent|and|or|of|in|to|with|for|the|per|from|by|versus|vs|than|as|on|at|were|was|had|is|are|that|which|all"
    r"|if|when|but|und|oder|mit|von|der|die|das|et|ou|de|des|avec|y|o|con|los|las|del|our|these|those|such|other"
)
"""One further word may stand there, such as ``25 knee trials``; these begin something else."""

NUMBERED = (
    r"phase|type|stage|grade|level|class|group|groups|arm|cohort|table|figure|day|week|month|year|step|version|aim|cycle"
    r"|visit|tier|line|domain|part|Stufe|Typ|Gruppe|phases|tipo|fase|grupo|stade"
)
"""Words before a number that is a name and counts nothing: ``phase 3 trials``."""

RATIOS: tuple[tuple[str, str], ...] = (
    ("OR", r"\b[ap]?OR\b|(?i:odds[- ]ratios?|rapport de cotes|比值比|优势比|نسبة الأرجحية)"),
    (
        "RR",
        r"\b[ap]?RR\b|(?i:relative risks?|relatives Risiko|risk[- ]ratios?|riesgo relativo|risque relatif)"
        r"|相对危险度|风险比值",
    ),
    ("HR", r"\b[ap]?HR\b|(?i:hazard[- ]ratios?|rapport de risque|razón de riesgos)|风险比"),
    ("IRR", r"\bIRR\b|(?i:incidence rate ratios?|rate ratios?)"),
    ("SMD", r"\bSMD\b|(?i:standardi[sz]ed mean differences?|standardisierte Mittelwertdifferenz)|标准化均数差"),
    (
        "MD",
        r"\bW?MD\b|(?i:(?:weighted )?mean differences?|Mittelwertdifferenz|différence moyenne|diferencia de medias)"
        r"|均数差",
    ),
    ("NNT", r"\bNNTB?\b|(?i:number needed to treat)"),
)
"""Effect sizes that are told by their name."""

POINTS = r"points?|Punkten?|puntos?|分(?!钟|之|析|为|别)|نقط(?:ة|ا)|نقاط"
"""A difference on a scale. It is a mean difference without the name."""

PERCENT = r"%|percent(?!age|ile)|per cent|Prozent(?!punkt)|pour ?cent|por ciento|بالمئة|بالمائة|في المئة"

INTERVAL = (
    r"CI|CrI|KI|IC|confidence interval|credible interval|Konfidenzintervall|intervalle de confiance"
    r"|置信区间|可信区间|فترة الثقة"
)
"""What a percentage before it belongs to: it is the width of an interval and no figure of its own."""

HETEROGENEITY = r"(?:[Ii] ?(?:²|\^ ?2|2|\(2\)|<sup>2</sup>)|[Ii]-squared|[Ii]-?Quadrat)"

MORE, LESS, ABOUT = "more", "less", "about"
BOUNDS: tuple[tuple[str, str], ...] = (
    (
        MORE,
        r"more than|over|at least|greater than|mehr als|über|mindestens|plus de|au moins|más de|al menos"
        r"|超过|至少|أكثر من",
    ),
    (
        LESS,
        r"up to|fewer than|less than|at most|under|bis zu|weniger als|höchstens|jusqu'à|moins de|hasta|menos de"
        r"|最多|不到",
    ),
    (
        ABOUT,
        r"about|around|approximately|approx\.?|nearly|almost|roughly|some|circa|ca\.?|~|≈|etwa|rund|ungefähr|environ"
        r"|près de|alrededor de|unos|unas|casi|cerca de|约|大约|حوالي|نحو",
    ),
)
"""Words before a number that say that it is not meant to the last digit."""
