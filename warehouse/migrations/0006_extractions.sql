-- How each article's text was found, and where the page says what is known of it.

CREATE TABLE core.extractions (
    article_id VARCHAR PRIMARY KEY,
    chosen VARCHAR,
    runners_up VARCHAR[],
    why VARCHAR,
    removed VARCHAR[],
    origins JSON,
    variants JSON,
    updated_at TIMESTAMPTZ
);
COMMENT ON TABLE core.extractions IS 'How the text of an article was found. Grain: article.';
COMMENT ON COLUMN core.extractions.article_id IS 'article';
COMMENT ON COLUMN core.extractions.chosen IS 'trafilatura, window, readability or resiliparse';
COMMENT ON COLUMN core.extractions.runners_up IS 'the other ways with their agreement, best first';
COMMENT ON COLUMN core.extractions.why IS 'reason of the choice, with its figure';
COMMENT ON COLUMN core.extractions.removed IS 'rule and words of each line cut as boilerplate; local only';
COMMENT ON COLUMN core.extractions.origins IS 'where each value was read: structured, meta, title, text, class, url, feed or first_seen';
COMMENT ON COLUMN core.extractions.variants IS 'addresses of other forms by kind: canonical, amp, print, next';
COMMENT ON COLUMN core.extractions.updated_at IS 'when the page says it was changed, UTC';
