-- What finds copies again: the hash of each relevant article's words, and a sketch of its shingles as rows.

CREATE TABLE core.fingerprints (
    article_id VARCHAR PRIMARY KEY,
    day_on DATE,
    text_sha256 VARCHAR,
    sketch BIGINT[]
);
COMMENT ON TABLE core.fingerprints IS 'Hash and sketch of each relevant article. Grain: article.';
COMMENT ON COLUMN core.fingerprints.article_id IS 'article';
COMMENT ON COLUMN core.fingerprints.day_on IS 'UTC day it was published, else first seen';
COMMENT ON COLUMN core.fingerprints.text_sha256 IS 'hash of its folded words';
COMMENT ON COLUMN core.fingerprints.sketch IS 'hashes of a fixed share of its shingles';

CREATE TABLE core.sketches (
    day_on DATE,
    article_id VARCHAR,
    hash BIGINT
);
COMMENT ON TABLE core.sketches IS 'The sketches as rows, to be joined. Grain: article and hash.';
COMMENT ON COLUMN core.sketches.day_on IS 'UTC day of the article: a window costs a few row groups';
COMMENT ON COLUMN core.sketches.article_id IS 'article';
COMMENT ON COLUMN core.sketches.hash IS 'hash of a shingle';
