"""The weights of topics.py: a logistic regression fitted by benchmarks/fit_topics.py.

Provenance: 221 relevant articles labelled by hand with 1-5 of the 19 topics, English and Chinese; micro-F1 .715 by five-fold
cross-validation, where a sum of cues had .63. A topic of one's own starts from the usual bias.
"""

USUAL_BIAS = -0.33
BIASES: dict[str, float] = {
    "adoption-applications": -1.40,
    "capability-releases": -0.20,
    "censorship-info-control": 0.15,
    "chips-compute": -1.31,
    "creative-industries": -0.77,
    "dependence-security": -0.57,
    "distillation-ip": 0.08,
    "export-controls": 1.09,
    "governance-safety": 0.06,
    "low-cost-pricing": 0.39,
    "markets-investment": -1.17,
    "military-cyber": -0.95,
    "official-policy": -0.27,
    "open-weights": 0.70,
    "regulation-law": -0.88,
    "research-talent": -0.92,
    "robotics-autonomy": 0.37,
    "soft-power-influence": -0.76,
    "us-china-race": 0.15,
}
WEIGHTS: dict[str, float] = {
    "chinese": -0.48,
    "crowd": -1.34,
    "first": 0.00,
    "lead_strong": 0.21,
    "lead_weak": -0.13,
    "length": -2.22,
    "opening": 0.11,
    "rank": 0.06,
    "relative": 1.62,
    "sentences_strong": 0.99,
    "sentences_weak": 0.19,
    "share_strong": 0.07,
    "share_weak": -0.99,
    "title_crowd": -0.01,
    "title_strong": 1.00,
    "title_weak": 0.49,
    "weight": -0.49,
    "words_strong": 1.35,
    "words_weak": 0.81,
}
