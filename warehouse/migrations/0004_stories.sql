-- What finds the articles of one event, English and Chinese; which stories went into which; and what people decided.

CREATE TABLE core.story_terms (
    day_on DATE,
    article_id VARCHAR,
    hash BIGINT
);
COMMENT ON TABLE core.story_terms IS 'Telling terms of articles that are no copies: words of the title, names, amounts. Grain: article and term.';
COMMENT ON COLUMN core.story_terms.day_on IS 'UTC day of the article: a window costs a few row groups';
COMMENT ON COLUMN core.story_terms.article_id IS 'article';
COMMENT ON COLUMN core.story_terms.hash IS 'hash of a term';

CREATE TABLE core.term_counts (
    hash BIGINT,
    articles INTEGER
);
COMMENT ON TABLE core.term_counts IS 'How many articles hold a term, copies left out: rare terms tell events apart. Grain: term.';
COMMENT ON COLUMN core.term_counts.hash IS 'hash of a term';
COMMENT ON COLUMN core.term_counts.articles IS 'articles that had it when they were first placed';

CREATE TABLE core.story_redirects (
    story_id VARCHAR PRIMARY KEY,
    into_id VARCHAR,
    redirected_at TIMESTAMPTZ,
    why VARCHAR
);
COMMENT ON TABLE core.story_redirects IS 'Stories that went into another; their ids still lead there. Grain: old story.';
COMMENT ON COLUMN core.story_redirects.story_id IS 'the id that is no longer used';
COMMENT ON COLUMN core.story_redirects.into_id IS 'the story its articles are in now';
COMMENT ON COLUMN core.story_redirects.redirected_at IS 'time of the run or command';
COMMENT ON COLUMN core.story_redirects.why IS 'in words';

CREATE TABLE core.story_pins (
    article_id VARCHAR PRIMARY KEY,
    story_id VARCHAR,
    pinned_at TIMESTAMPTZ,
    why VARCHAR
);
COMMENT ON TABLE core.story_pins IS 'Articles put into a story by hand: no run and no rule moves them. Grain: article.';
COMMENT ON COLUMN core.story_pins.article_id IS 'article';
COMMENT ON COLUMN core.story_pins.story_id IS 'the story it stays in';
COMMENT ON COLUMN core.story_pins.pinned_at IS 'time of the command';
COMMENT ON COLUMN core.story_pins.why IS 'split or merged, and the reason given';
