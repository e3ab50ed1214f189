"""Words the tagger itself brings into the one scan: verbs and phrases of credit, framing words, spun wording."""

from collections.abc import Iterator

from extractors.tags.meaning import Meaning

# credit: `ahead` stands before the source's name, `behind` after it, `study` on either side of who studies others
AHEAD = (
    "source:, sources:, according to, as reported by, reported by, citing, cited by, via, "
    "report by, report from, report in, reports from, "
    "reports by, data from, data by, figures from, survey by, study by, study in, poll by, "
    "analysis by, analysis from, "
    "estimates by, estimates from, research by, told, telling, tells, interview with, "
    "published in, published by, seen by, "
    "obtained by, reviewed by, compiled by, uncovered by, detailed by, noted by, writing in, "
    "analyst at, analysts at, "
    "analyst with, analysts with, analysts from, economist at, strategist at, researchers at, researcher at, "
    "researchers from, fellow at, per, 据, 根据, 援引, 引述, 引自, 转引, 转引自, 转自, "
    "来源, 稿源, 告诉, 采访, 刊登于, 发表在, 发表于"
)
BEHIND = (
    "said, says, reported, reports, wrote, writes, noted, notes, estimates, estimated, found, "
    "finds, warned, warns, thinks, "
    "believes, expects, sees, forecasts, predicts, projects, revealed, reveals, revealing, "
    "suggests, argues, described, "
    "describes, claimed, confirmed, added, report, interview, "
    "报道, 报导, 指出, 指, 认为, 称, 表示, 透露, 预计, 显示, 获悉, 消息, 援引, 引述, 发布, 发表, 公布, 刊文, "
    "撰文, 宣称, 披露, 评论, 讯, 记者, 调查, 监测"
)
STUDY = (
    "analyst, analysts, researchers, research, research note, study, survey, data, rating, "
    "estimate, economist, strategist, "
    "think-tank, think tank, 分析师, 研报, 报告, 数据, 统计, 研究, 榜单, 测算"
)
ANONYMOUS = (
    "industry analysts, analysts say, analysts said, analysts expect, analysts anticipate, analysts believe, "
    "people familiar with the matter, people familiar with the plans, sources familiar, unnamed officials, "
    "industry insiders, industry observers, industry experts, a person briefed, two people, three people, experts say, "
    "experts said, experts believe, "
    "业内人士, 知情人士, 业界人士, 分析人士, 有分析师, 消息人士, 内部人士, 相关人士, 市场人士, "
    "专家认为, 专家表示"
)
FRAMING = {
    "opportunity": (
        "opportunity, opportunities, promising, boost, boosts, boosted, potential, potentially, 机遇, 机会, 红利, 潜力"
    ),
    "challenge": (
        "challenge, challenges, challenged, challenging, difficult, difficulty, difficulties, "
        "hurdle, hurdles, obstacle, "
        "obstacles, concern, concerns, 挑战, 困难, 瓶颈, 难题"
    ),
    "threat": (
        "threat, threats, threaten, threatens, threatened, threatening, danger, dangers, "
        "dangerous, risk, risks, menace, "
        "威胁, 危险, 风险, 隐患"
    ),
    "dilemma": (
        "dilemma, dilemmas, tradeoff, tradeoffs, trade-off, trade-offs, double-edged, "
        "tension between, balancing, 两难, 困境, 双刃剑, 权衡"
    ),
}
# what thesaurus spinning leaves behind: compounds with one part swapped for a synonym that nobody uses there; collected by
# us from how such rewrites read, none of them occurs in ordinary prose
SPUN = (
    "feel-tank, feel-tanks, feel tank, feel tanks, suppose-tank, suppose tank, suppose tanks, "
    "assume-tank, assume tank, "
    "assume tanks, think-reservoir, think-reservoirs, man-made intelligence, "
    "synthetic intelligence lab, machine studying, "
    "deep studying, neural communities, large language fashion, large language fashions, language fashions, "
    "open-supply model, open-supply models, open-supply fashion, open-supply code, "
    "open supply model, open supply models, "
    "open-sourced fashion, open-sourced fashions, textual content prompt, textual content prompts, chip-creator, "
    "search motor, in accordance to, knowledge facilities, cloud handling, personal laptop computer, white home, "
    "wall road, silicon vale, the large apple firm, prime minister's workplace, "
    "人造智能, 机器进修, 深度进修, 天然语言处置, 年夜模型, 年夜语言, 言语模型, 开放源泉"
)


def built_in_meanings() -> Iterator[tuple[str, Meaning]]:
    """All of them, for the lexicon."""
    groups = {
        ("credit", "ahead"): AHEAD,
        ("credit", "behind"): BEHIND,
        ("credit", "study"): STUDY,
        ("spun", "spun"): SPUN,
        ("anonymous", "anonymous"): ANONYMOUS,
    }
    groups |= {("cue", cue): words for cue, words in FRAMING.items()}
    for (kind, key), words in groups.items():
        yield from ((word.strip(), Meaning(kind, key)) for word in words.split(","))
