"""The weights of topics.py: a logistic regression fitted by benchmarks/fit_topics.py.

Provenance: 221 relevant articles labelled by hand with 1-5 of the 19 topics, English and Chinese, and 96 of the sample
newsroom; on the 221 micro-F1 .75, macro-F1 .74 by five-fold cross-validation. A topic of one's own starts from the usual bias.
"""

USUAL_BIAS = -0.43
BIASES: dict[str, float] = {
    "adoption-applications": -1.29,
    "capability-releases": -0.58,
    "censorship-info-control": 0.04,
    "chips-compute": -1.89,
    "creative-industries": -0.43,
    "dependence-security": -0.50,
    "distillation-ip": 0.45,
    "export-controls": 0.89,
    "governance-safety": 0.07,
    "low-cost-pricing": -0.07,
    "markets-investment": -1.16,
    "military-cyber": -1.07,
    "official-policy": -0.39,
    "open-weights": 0.06,
    "regulation-law": -0.77,
    "research-talent": -1.73,
    "robotics-autonomy": 0.31,
    "soft-power-influence": -0.30,
    "us-china-race": 0.20,
}
WEIGHTS: dict[str, float] = {
    "about_part": -0.10,
    "about_share": -0.66,
    "about_strong": 1.27,
    "about_weak": -0.06,
    "chinese": -0.66,
    "crowd": -0.90,
    "first": 0.55,
    "lead_strong": 0.21,
    "lead_weak": -0.01,
    "length": -2.26,
    "opening": -0.04,
    "rank": 0.59,
    "relative": 1.32,
    "sentences_strong": -0.10,
    "sentences_weak": -0.09,
    "share_strong": 0.18,
    "share_weak": -0.75,
    "title_alone": -0.32,
    "title_crowd": -0.63,
    "title_others": -0.45,
    "title_strong": 0.77,
    "title_weak": 0.61,
    "weight": -0.20,
    "words_strong": 1.65,
    "words_weak": 0.93,
}
