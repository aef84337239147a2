"""Lines of a page that belong to the site and not to the article: visible tables, matched from the start of a line."""

from __future__ import annotations

import re

from monitor.intake.lines import Block, BlockKind

CHROME = re.compile(
    "|".join(
        (
            r"medical advisory board",
            r"all articles are (?:medically )?reviewed",
            r"educational purposes? only",
            r"content is (?:pending|currently|under) \w+",
            r"article review status\b",
            r"(?:page |content |article )?last (?:updated|reviewed|modified|revised)\b",
            r"(?:最后更新|最近更新|更新日期|更新时间|更新時間|最終更新日?|آخر تحديث|تاريخ التحديث|последнее обновление)"
            r"(?=\D{0,14}\d{1,4}\D).{0,40}$",
            r"(?:zuletzt (?:aktualisiert|geändert|überarbeitet|geprüft)|letzte (?:aktualisierung|änderung|prüfung)"
            r"|stand|dernière (?:mise à jour|modification)|mise? à jour|actualizad[oa]|atualizado|aggiornato"
            r"|última (?:actualización|modificación|atualização)|ultimo aggiornamento|laatst (?:bijgewerkt|gewijzigd))"
            r"(?: am| le| el| il| em| op)?\s*:?\s*\d[^.!?]{0,12}[.\s]?[^.!?\d]{0,16}\d{4}\W*$",
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

_LISTS = (
    r"(?:selected |key |main |medical |article |literature )?references?(?: list)?"
    r"(?: (?:and|&) (?:notes|sources|links|citations|resources))?",
    r"(?:view |show |our |article |medical |information )?sources?(?: (?:and|&) (?:references|citations|links))?",
    r"(?:list of references|bibliograph(?:y|ies)|literature(?: cited)?|works (?:cited|consulted)|citations?)",
    r"(?:(?:cited|evidence) (?:literature|works|sources)|footnotes|end ?notes|notes (?:and|&) references)",
    r"(?:quellen(?:angaben?|nachweise?|verzeichnis)?|literatur(?:verzeichnis|angaben|liste|nachweise?|quellen)?)",
    r"(?:(?:quellen und literatur|literatur und quellen|einzelnachweise|fu(?:ß|ss)noten|referenzen|belege|nachweise))",
    r"(?:r[ée]f[ée]rences(?: bibliographiques)?|bibliographie|notes et r[ée]f[ée]rences|notes de bas de page)",
    r"(?:referencias?(?: bibliogr[áa]ficas)?|bibliograf[íi]a|fuentes?|notas al pie|notas y referencias)",
    r"(?:refer[êe]ncias?(?: bibliogr[áa]ficas)?|bibliografia|fontes|notas e referências)",
    r"(?:riferimenti(?: bibliografici)?|fonti|note e riferimenti|note bibliografiche)",
    r"(?:referenties|literatuur(?:lijst)?|bronnen|bronvermelding)",
    r"(?:referenser|referanser|k[äa]llor|kilder|kildehenvisninger|l[äa]hteet|litteratur(?:liste)?|kirjallisuutta)",
    r"(?:piśmiennictwo|przypisy|źródła|literatura|reference a zdroje|zdroje|kaynaklar|kaynakça|referanslar)",
    r"(?:литература|список литературы|источники|примечания|ссылки|джерела|література|посилання)",
    r"(?:参考文献|参考资料|參考文獻|參考資料|参考書目|参考书目|引用文献|引用文獻|文献|資料來源|资料来源|出典|脚注|参照|来源)",
    r"(?:참고 ?문헌|참고 ?자료|각주|출처)",
    r"(?:(?:قائمة )?(?:ال)?مراجع|(?:ال)?مصادر|المراجع والمصادر|المصادر والمراجع|منابع|حوالہ جات|מקורות|הערות שוליים)",
    r"(?:संदर्भ|सन्दर्भ|তথ্যসূত্র|เอกสารอ้างอิง|อ้างอิง|tài liệu tham khảo|daftar pustaka|referensi)",
)
REFERENCES = re.compile(
    r"(?:(?:\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,2})[.)、．:]?\s*)?"
    rf"(?:{'|'.join(_LISTS)})"
    r"(?:\s*[(（\[]\s*(?:\d+|edit|show|hide|expand)\s*[)）\]])?\s*[:：]?(?:\s*(?:show|expand|view)(?: all)?)?\s*$",
    re.I,
)
"""The heading of a reference list, in the languages we know of."""

PERHAPS_REFERENCES = re.compile(
    r"(?:notes|anmerkungen|notas|note|noter|evidence|注释|注釋|注|ملاحظات|الهوامش)\s*[:：]?$",
    re.I,
)
"""A heading under which a reference list may stand, or something else."""

BESIDE_THE_ARTICLE = re.compile(
    r"(?:further reading|external links|see also|weblinks|siehe auch|weiterführende (?:literatur|links|weblinks)"
    r"|voir aussi|liens externes|pour en savoir plus|enlaces externos|v[ée]ase también"
    r"|lecturas? (?:adicional|recomendada)(?:es|s)?"
    r"|延伸阅读|延伸閱讀|外部链接|外部連結|参见|參見|関連項目|外部リンク|وصلات خارجية|انظر أيضا|انظر أيضًا|قراءة إضافية)"
    r"(?:\s*\[edit\])?\s*[:：]?$",
    re.I,
)
"""Headings of what a page recommends and does not rest on."""


def is_chrome(block: Block) -> bool:
    """Whether a block is one of the site's own lines."""
    return CHROME.match(block.text) is not None


def opens_tail(block: Block) -> bool:
    """Whether the page's own closing part starts here. Only short lines do."""
    if len(block.text) > 80:
        return False
    is_beside = block.kind is BlockKind.HEADING and BESIDE_THE_ARTICLE.match(block.text) is not None
    return is_beside or TAIL.match(block.text) is not None


def opens_references(block: Block) -> bool:
    """Whether a block is the heading of the reference list."""
    return len(block.text) <= 60 and REFERENCES.match(block.text) is not None
