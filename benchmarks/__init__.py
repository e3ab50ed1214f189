"""Scripts that print tables of speed and quality, and those that fit weights (`python -m benchmarks.fit_relevance`)."""
