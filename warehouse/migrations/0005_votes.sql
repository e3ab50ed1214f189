-- What readers say of an article's relevance, beside what the rules said at that time.

CREATE TABLE core.votes (
    url VARCHAR PRIMARY KEY,
    is_relevant BOOLEAN,
    voted_at TIMESTAMPTZ,
    article_id VARCHAR,
    grade VARCHAR,
    score DOUBLE,
    rules_version VARCHAR
);
COMMENT ON TABLE core.votes IS 'Readers'' votes on relevance, kept to measure rules by; the latest counts. Grain: address.';
COMMENT ON COLUMN core.votes.url IS 'canonical';
COMMENT ON COLUMN core.votes.is_relevant IS 'true for +, false for -';
COMMENT ON COLUMN core.votes.voted_at IS 'when';
COMMENT ON COLUMN core.votes.article_id IS 'article; NULL when the address was never fetched';
COMMENT ON COLUMN core.votes.grade IS 'what the rules said then: core, secondary or not';
COMMENT ON COLUMN core.votes.score IS 'of that verdict, 0 to 1';
COMMENT ON COLUMN core.votes.rules_version IS 'of the rules that said so';
