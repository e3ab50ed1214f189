-- The first schema: raw as received, core modelled and keyed, trends for people.

CREATE SCHEMA IF NOT EXISTS raw;

CREATE SCHEMA IF NOT EXISTS core;

CREATE SCHEMA IF NOT EXISTS trends;


CREATE TABLE core.feeds (
    feed_id VARCHAR PRIMARY KEY,
    url VARCHAR,
    configured_url VARCHAR,
    title VARCHAR,
    publisher VARCHAR,
    language VARCHAR,
    home VARCHAR,
    scope VARCHAR,
    kind VARCHAR,
    source_kind VARCHAR,
    fetch_policy VARCHAR,
    enabled BOOLEAN,
    note VARCHAR,
    state VARCHAR,
    cause VARCHAR,
    failing_since_at TIMESTAMPTZ,
    next_poll_at TIMESTAMPTZ,
    polled_at TIMESTAMPTZ,
    failures INTEGER DEFAULT 0,
    last_new_at TIMESTAMPTZ,
    etag VARCHAR,
    last_modified VARCHAR,
    body_sha256 VARCHAR,
    hints JSON
);
COMMENT ON TABLE core.feeds IS 'One row per configured feed, with what its polls taught. Grain: feed.';
COMMENT ON COLUMN core.feeds.feed_id IS 'id in config/feeds.yaml';
COMMENT ON COLUMN core.feeds.url IS 'address polled now; differs from configured_url after an accepted permanent redirect';
COMMENT ON COLUMN core.feeds.configured_url IS 'address in config/feeds.yaml';
COMMENT ON COLUMN core.feeds.title IS 'name of the feed';
COMMENT ON COLUMN core.feeds.publisher IS 'registrable domain of who runs the site';
COMMENT ON COLUMN core.feeds.language IS 'BCP 47, as configured';
COMMENT ON COLUMN core.feeds.home IS 'ISO 3166 code of the publisher''s country';
COMMENT ON COLUMN core.feeds.scope IS 'domestic or global: whether the home country is a given in its news';
COMMENT ON COLUMN core.feeds.kind IS 'how the body is read: auto, feed, json_feed, news_sitemap, list_page, google_news';
COMMENT ON COLUMN core.feeds.source_kind IS 'kind of publisher: media, state_media, party_media, think_tank, government, company, lab, newsletter, aggregator';
COMMENT ON COLUMN core.feeds.fetch_policy IS 'which entries have their page fetched: all, likely, none';
COMMENT ON COLUMN core.feeds.enabled IS 'whether it is polled';
COMMENT ON COLUMN core.feeds.note IS 'why it is there, with the date of the evidence';
COMMENT ON COLUMN core.feeds.state IS 'ok, failing, silent, gone or paused';
COMMENT ON COLUMN core.feeds.cause IS 'cause of the latest failure; NULL when the latest poll succeeded';
COMMENT ON COLUMN core.feeds.failing_since_at IS 'first failure of the current run of failures';
COMMENT ON COLUMN core.feeds.next_poll_at IS 'not polled before this time';
COMMENT ON COLUMN core.feeds.polled_at IS 'latest poll; NULL before the first';
COMMENT ON COLUMN core.feeds.failures IS 'failed polls in a row';
COMMENT ON COLUMN core.feeds.last_new_at IS 'latest poll that brought a new entry';
COMMENT ON COLUMN core.feeds.etag IS 'validator as the server gave it';
COMMENT ON COLUMN core.feeds.last_modified IS 'validator as the server gave it';
COMMENT ON COLUMN core.feeds.body_sha256 IS 'of the latest body that was read';
COMMENT ON COLUMN core.feeds.hints IS 'wishes of feed and server: ttl_minutes, update_minutes, skip_hours, skip_days, max_age_seconds, retry_until, posts_per_week, window_minutes';

CREATE TABLE core.polls (
    run_id VARCHAR,
    feed_id VARCHAR,
    polled_at TIMESTAMPTZ,
    url VARCHAR,
    final_url VARCHAR,
    status INTEGER,
    bytes BIGINT,
    ms INTEGER,
    entries INTEGER,
    new INTEGER,
    cause VARCHAR,
    next_poll_at TIMESTAMPTZ,
    why VARCHAR
);
COMMENT ON TABLE core.polls IS 'One row per poll. Grain: run and feed.';
COMMENT ON COLUMN core.polls.run_id IS 'run that polled';
COMMENT ON COLUMN core.polls.feed_id IS 'feed polled';
COMMENT ON COLUMN core.polls.polled_at IS 'time of the run';
COMMENT ON COLUMN core.polls.url IS 'address asked';
COMMENT ON COLUMN core.polls.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN core.polls.status IS 'HTTP status; NULL when none came';
COMMENT ON COLUMN core.polls.bytes IS 'bytes of the decoded body';
COMMENT ON COLUMN core.polls.ms IS 'milliseconds from question to answer, waiting for the turn included';
COMMENT ON COLUMN core.polls.entries IS 'entries in the document';
COMMENT ON COLUMN core.polls.new IS 'entries never seen before';
COMMENT ON COLUMN core.polls.cause IS 'NULL on success, else dns, refused, tls, timeout, blocked_address, redirect, forbidden, not_found, gone, rate_limited, server_error, too_big, not_a_feed, unparseable, empty';
COMMENT ON COLUMN core.polls.next_poll_at IS 'when the next poll is due';
COMMENT ON COLUMN core.polls.why IS 'why then, and what was unusual';

CREATE TABLE core.entries (
    entry_id VARCHAR PRIMARY KEY,
    feed_id VARCHAR,
    guid VARCHAR,
    url VARCHAR,
    link VARCHAR,
    title VARCHAR,
    summary VARCHAR,
    published_at TIMESTAMPTZ,
    published_from VARCHAR,
    published_claim VARCHAR,
    first_seen_at TIMESTAMPTZ,
    last_seen_at TIMESTAMPTZ,
    versions INTEGER DEFAULT 1,
    outcome VARCHAR,
    reason VARCHAR,
    page_id VARCHAR,
    authors VARCHAR[],
    section VARCHAR
);
COMMENT ON TABLE core.entries IS 'Every entry ever seen, with what became of it. Grain: feed and entry.';
COMMENT ON COLUMN core.entries.entry_id IS 'id by the identity ladder: guid, canonical URL, title and day';
COMMENT ON COLUMN core.entries.feed_id IS 'feed it came from';
COMMENT ON COLUMN core.entries.guid IS 'as given';
COMMENT ON COLUMN core.entries.url IS 'canonical address; identity, not for fetching';
COMMENT ON COLUMN core.entries.link IS 'address as given, absolute';
COMMENT ON COLUMN core.entries.title IS 'newest title, plain text';
COMMENT ON COLUMN core.entries.summary IS 'newest summary, plain text';
COMMENT ON COLUMN core.entries.published_at IS 'when published, UTC';
COMMENT ON COLUMN core.entries.published_from IS 'where that came from: published, updated, created, url, first_seen';
COMMENT ON COLUMN core.entries.published_claim IS 'the date as the feed printed it';
COMMENT ON COLUMN core.entries.first_seen_at IS 'first poll that saw it';
COMMENT ON COLUMN core.entries.last_seen_at IS 'latest poll that saw it';
COMMENT ON COLUMN core.entries.versions IS 'how often its title was seen to change, plus one';
COMMENT ON COLUMN core.entries.outcome IS 'loaded, dropped, waiting or quarantined';
COMMENT ON COLUMN core.entries.reason IS 'why it was dropped';
COMMENT ON COLUMN core.entries.page_id IS 'page it links to';
COMMENT ON COLUMN core.entries.authors IS 'names in the feed';
COMMENT ON COLUMN core.entries.section IS 'category in the feed';

CREATE TABLE raw.entry_versions (
    entry_id VARCHAR,
    version INTEGER,
    seen_at TIMESTAMPTZ,
    title VARCHAR,
    summary VARCHAR
);
COMMENT ON TABLE raw.entry_versions IS 'Each title an entry was seen with, as received. Grain: entry and version.';
COMMENT ON COLUMN raw.entry_versions.entry_id IS 'entry';
COMMENT ON COLUMN raw.entry_versions.version IS '1 is the first';
COMMENT ON COLUMN raw.entry_versions.seen_at IS 'poll that saw it';
COMMENT ON COLUMN raw.entry_versions.title IS 'plain text';
COMMENT ON COLUMN raw.entry_versions.summary IS 'plain text';

CREATE TABLE core.pages (
    page_id VARCHAR PRIMARY KEY,
    url VARCHAR,
    final_url VARCHAR,
    status INTEGER,
    fetched_at TIMESTAMPTZ,
    cause VARCHAR,
    warc_file VARCHAR,
    warc_offset BIGINT,
    warc_length BIGINT,
    body_sha256 VARCHAR,
    robots_state VARCHAR,
    tdm_reserved BOOLEAN,
    tries INTEGER,
    next_try_at TIMESTAMPTZ
);
COMMENT ON TABLE core.pages IS 'Every page asked for, failed tries too. Grain: page.';
COMMENT ON COLUMN core.pages.page_id IS 'hash of the canonical address';
COMMENT ON COLUMN core.pages.url IS 'address asked';
COMMENT ON COLUMN core.pages.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN core.pages.status IS 'HTTP status of the latest try';
COMMENT ON COLUMN core.pages.fetched_at IS 'latest try';
COMMENT ON COLUMN core.pages.cause IS 'NULL when the page came, else why not';
COMMENT ON COLUMN core.pages.warc_file IS 'file of the archive, relative to the data folder';
COMMENT ON COLUMN core.pages.warc_offset IS 'first byte of the record';
COMMENT ON COLUMN core.pages.warc_length IS 'bytes of the record: one gzip member';
COMMENT ON COLUMN core.pages.body_sha256 IS 'of the body as it came';
COMMENT ON COLUMN core.pages.robots_state IS 'allowed, denied or unknown when fetched';
COMMENT ON COLUMN core.pages.tdm_reserved IS 'whether the page or site reserves text and data mining';
COMMENT ON COLUMN core.pages.tries IS 'requests made for it';
COMMENT ON COLUMN core.pages.next_try_at IS 'when it is tried again; NULL when it came or never will';

CREATE TABLE core.articles (
    article_id VARCHAR PRIMARY KEY,
    entry_id VARCHAR,
    page_id VARCHAR,
    parent_article_id VARCHAR,
    feed_id VARCHAR,
    url VARCHAR,
    publisher VARCHAR,
    language VARCHAR,
    script VARCHAR,
    title VARCHAR,
    title_is_question BOOLEAN,
    subtitle VARCHAR,
    section VARCHAR,
    authors VARCHAR[],
    published_at TIMESTAMPTZ,
    published_from VARCHAR,
    first_seen_at TIMESTAMPTZ,
    text VARCHAR,
    chars INTEGER,
    grade VARCHAR,
    reason VARCHAR,
    score DOUBLE,
    story_id VARCHAR,
    duplicate_of VARCHAR,
    tdm_reserved BOOLEAN,
    rules_version VARCHAR,
    extractor VARCHAR,
    loaded_at TIMESTAMPTZ
);
COMMENT ON TABLE core.articles IS 'Every extracted article, also those judged not relevant. Grain: article.';
COMMENT ON COLUMN core.articles.article_id IS 'hash of the canonical address (and item number in a digest)';
COMMENT ON COLUMN core.articles.entry_id IS 'entry that led to it';
COMMENT ON COLUMN core.articles.page_id IS 'page it was extracted from';
COMMENT ON COLUMN core.articles.parent_article_id IS 'the digest it is an item of; NULL otherwise';
COMMENT ON COLUMN core.articles.feed_id IS 'feed that led to it';
COMMENT ON COLUMN core.articles.url IS 'canonical address';
COMMENT ON COLUMN core.articles.publisher IS 'registrable domain';
COMMENT ON COLUMN core.articles.language IS 'en, zh, …';
COMMENT ON COLUMN core.articles.script IS 'latn, hans, hant or empty';
COMMENT ON COLUMN core.articles.title IS 'headline without site name';
COMMENT ON COLUMN core.articles.title_is_question IS 'whether the headline asks';
COMMENT ON COLUMN core.articles.subtitle IS 'second headline';
COMMENT ON COLUMN core.articles.section IS 'desk, as printed';
COMMENT ON COLUMN core.articles.authors IS 'byline names';
COMMENT ON COLUMN core.articles.published_at IS 'when published, UTC';
COMMENT ON COLUMN core.articles.published_from IS 'structured, meta, text, url, feed or first_seen';
COMMENT ON COLUMN core.articles.first_seen_at IS 'first poll that saw its entry';
COMMENT ON COLUMN core.articles.text IS 'main text, headings as lines of ##; local only';
COMMENT ON COLUMN core.articles.chars IS 'characters of text';
COMMENT ON COLUMN core.articles.grade IS 'core, secondary or not';
COMMENT ON COLUMN core.articles.reason IS 'join, or why not';
COMMENT ON COLUMN core.articles.score IS '0 to 1, how strongly AI and China are joined';
COMMENT ON COLUMN core.articles.story_id IS 'its story; NULL when not relevant';
COMMENT ON COLUMN core.articles.duplicate_of IS 'the article it copies or continues';
COMMENT ON COLUMN core.articles.tdm_reserved IS 'whether its text must not be published or mined';
COMMENT ON COLUMN core.articles.rules_version IS 'of the relevance rules';
COMMENT ON COLUMN core.articles.extractor IS 'extractor and version';
COMMENT ON COLUMN core.articles.loaded_at IS 'run that loaded it';

CREATE TABLE core.sections (
    article_id VARCHAR,
    section_no INTEGER,
    heading VARCHAR,
    text VARCHAR
);
COMMENT ON TABLE core.sections IS 'Sections in the order printed. Grain: article and section.';
COMMENT ON COLUMN core.sections.article_id IS 'article';
COMMENT ON COLUMN core.sections.section_no IS 'from 0; 0 has no heading';
COMMENT ON COLUMN core.sections.heading IS 'as printed';
COMMENT ON COLUMN core.sections.text IS 'paragraphs, a line each; local only';

CREATE TABLE core.topics (
    article_id VARCHAR,
    section_no INTEGER,
    topic VARCHAR,
    score DOUBLE,
    evidence VARCHAR,
    rules_version VARCHAR
);
COMMENT ON TABLE core.topics IS 'Topics of articles and of their sections. Grain: article, section, topic.';
COMMENT ON COLUMN core.topics.article_id IS 'article';
COMMENT ON COLUMN core.topics.section_no IS 'NULL: the whole article';
COMMENT ON COLUMN core.topics.topic IS 'id in config/topics.yaml';
COMMENT ON COLUMN core.topics.score IS 'strength of the evidence; higher is stronger';
COMMENT ON COLUMN core.topics.evidence IS 'the words that decided, a sample';
COMMENT ON COLUMN core.topics.rules_version IS 'of the tag rules';

CREATE TABLE core.topic_list (
    topic VARCHAR PRIMARY KEY,
    name VARCHAR,
    name_zh VARCHAR,
    topic_group VARCHAR,
    definition VARCHAR
);
COMMENT ON TABLE core.topic_list IS 'The topics of config/topics.yaml. Grain: topic.';
COMMENT ON COLUMN core.topic_list.topic IS 'id';
COMMENT ON COLUMN core.topic_list.name IS 'English';
COMMENT ON COLUMN core.topic_list.name_zh IS 'Chinese';
COMMENT ON COLUMN core.topic_list.topic_group IS 'technology, business, rules or states';
COMMENT ON COLUMN core.topic_list.definition IS 'what it is and is not';

CREATE TABLE core.entities (
    entity_id VARCHAR PRIMARY KEY,
    name VARCHAR,
    name_zh VARCHAR,
    type VARCHAR,
    parent_id VARCHAR,
    country VARCHAR
);
COMMENT ON TABLE core.entities IS 'The entities of config/entities.yaml. Grain: entity.';
COMMENT ON COLUMN core.entities.entity_id IS 'id';
COMMENT ON COLUMN core.entities.name IS 'canonical English name';
COMMENT ON COLUMN core.entities.name_zh IS 'Chinese name';
COMMENT ON COLUMN core.entities.type IS 'company, lab, model, product, agency, person, organisation, media or place';
COMMENT ON COLUMN core.entities.parent_id IS 'entity it belongs to';
COMMENT ON COLUMN core.entities.country IS 'ISO 3166 code';

CREATE TABLE core.mentions (
    article_id VARCHAR,
    entity_id VARCHAR,
    mentions INTEGER,
    in_title BOOLEAN,
    in_lead BOOLEAN,
    is_main BOOLEAN,
    score DOUBLE
);
COMMENT ON TABLE core.mentions IS 'Entities named in articles. Grain: article and entity.';
COMMENT ON COLUMN core.mentions.article_id IS 'article';
COMMENT ON COLUMN core.mentions.entity_id IS 'entity';
COMMENT ON COLUMN core.mentions.mentions IS 'times named';
COMMENT ON COLUMN core.mentions.in_title IS 'named in the headline';
COMMENT ON COLUMN core.mentions.in_lead IS 'named in the opening';
COMMENT ON COLUMN core.mentions.is_main IS 'whether the article is about it';
COMMENT ON COLUMN core.mentions.score IS 'salience, 0 to 1';

CREATE TABLE core.attributions (
    article_id VARCHAR,
    source_id VARCHAR,
    source_name VARCHAR,
    kind VARCHAR,
    count INTEGER,
    linked BOOLEAN
);
COMMENT ON TABLE core.attributions IS 'Whom the text credits. Grain: article and source.';
COMMENT ON COLUMN core.attributions.article_id IS 'article';
COMMENT ON COLUMN core.attributions.source_id IS 'entity id, or the name folded';
COMMENT ON COLUMN core.attributions.source_name IS 'as printed';
COMMENT ON COLUMN core.attributions.kind IS 'publication, organisation, official or anonymous';
COMMENT ON COLUMN core.attributions.count IS 'times credited';
COMMENT ON COLUMN core.attributions.linked IS 'whether any credit is a link';

CREATE TABLE core.takeaways (
    article_id VARCHAR,
    takeaway_no INTEGER,
    text VARCHAR
);
COMMENT ON TABLE core.takeaways IS 'Key points as printed. Grain: article and line.';
COMMENT ON COLUMN core.takeaways.article_id IS 'article';
COMMENT ON COLUMN core.takeaways.takeaway_no IS 'from 1, in order';
COMMENT ON COLUMN core.takeaways.text IS 'the line';

CREATE TABLE core.years (
    article_id VARCHAR,
    year INTEGER,
    kind VARCHAR,
    section_no INTEGER
);
COMMENT ON TABLE core.years IS 'Years in the text. Grain: article, year, kind, section.';
COMMENT ON COLUMN core.years.article_id IS 'article';
COMMENT ON COLUMN core.years.year IS 'year';
COMMENT ON COLUMN core.years.kind IS 'past, present or target';
COMMENT ON COLUMN core.years.section_no IS 'NULL: title or subtitle';

CREATE TABLE core.flags (
    article_id VARCHAR,
    flag VARCHAR,
    evidence VARCHAR
);
COMMENT ON TABLE core.flags IS 'Quality flags. Grain: article and flag.';
COMMENT ON COLUMN core.flags.article_id IS 'article';
COMMENT ON COLUMN core.flags.flag IS 'single-source, attribution-without-link, spun-wording, boilerplate-removed, paywall-stub, digest, advert, teaser-only';
COMMENT ON COLUMN core.flags.evidence IS 'what proves it, in words';

CREATE TABLE core.quotes (
    article_id VARCHAR,
    quote_no INTEGER,
    text VARCHAR,
    speaker VARCHAR,
    verb VARCHAR
);
COMMENT ON TABLE core.quotes IS 'Quoted words. Grain: article and quotation.';
COMMENT ON COLUMN core.quotes.article_id IS 'article';
COMMENT ON COLUMN core.quotes.quote_no IS 'from 1, in order';
COMMENT ON COLUMN core.quotes.text IS 'quoted words; local only';
COMMENT ON COLUMN core.quotes.speaker IS 'nearest named speaker, may be empty';
COMMENT ON COLUMN core.quotes.verb IS 'verb of saying, may be empty';

CREATE TABLE core.places (
    article_id VARCHAR,
    place_id VARCHAR,
    side VARCHAR
);
COMMENT ON TABLE core.places IS 'Countries and blocs named. Grain: article and place.';
COMMENT ON COLUMN core.places.article_id IS 'article';
COMMENT ON COLUMN core.places.place_id IS 'entity id';
COMMENT ON COLUMN core.places.side IS 'the side it acts for';

CREATE TABLE core.cues (
    article_id VARCHAR,
    cue VARCHAR,
    count INTEGER
);
COMMENT ON TABLE core.cues IS 'Framing words, counted; no label is claimed. Grain: article and cue.';
COMMENT ON COLUMN core.cues.article_id IS 'article';
COMMENT ON COLUMN core.cues.cue IS 'opportunity, challenge, threat or dilemma';
COMMENT ON COLUMN core.cues.count IS 'occurrences';

CREATE TABLE core.evidence (
    article_id VARCHAR,
    facet VARCHAR,
    key VARCHAR,
    part VARCHAR,
    section_no INTEGER,
    start_char INTEGER,
    end_char INTEGER,
    words VARCHAR,
    score DOUBLE,
    rules_version VARCHAR
);
COMMENT ON TABLE core.evidence IS 'The proof of every tag: where it stands and the words there. Grain: tag and place.';
COMMENT ON COLUMN core.evidence.article_id IS 'article';
COMMENT ON COLUMN core.evidence.facet IS 'topic, entity, attribution, takeaway, year, flag, quote, place, cue or relevance';
COMMENT ON COLUMN core.evidence.key IS 'which one: topic id, entity id, source id, number, year, flag, cue or grade';
COMMENT ON COLUMN core.evidence.part IS 'title, subtitle, heading or text: what the offsets count in';
COMMENT ON COLUMN core.evidence.section_no IS 'section of heading and text; NULL for title and subtitle';
COMMENT ON COLUMN core.evidence.start_char IS 'first character, from 0';
COMMENT ON COLUMN core.evidence.end_char IS 'one past the last character';
COMMENT ON COLUMN core.evidence.words IS 'the words found there';
COMMENT ON COLUMN core.evidence.score IS 'of the tag it proves';
COMMENT ON COLUMN core.evidence.rules_version IS 'of the rules that made it';

CREATE TABLE core.stories (
    story_id VARCHAR PRIMARY KEY,
    title VARCHAR,
    representative_id VARCHAR,
    first_at TIMESTAMPTZ,
    last_at TIMESTAMPTZ,
    articles INTEGER,
    publishers INTEGER
);
COMMENT ON TABLE core.stories IS 'Articles that carry the same event or text; the counting unit. Grain: story.';
COMMENT ON COLUMN core.stories.story_id IS 'stable; the hash of its first article''s id';
COMMENT ON COLUMN core.stories.title IS 'headline of its representative';
COMMENT ON COLUMN core.stories.representative_id IS 'earliest article with the fullest text: origin before copy';
COMMENT ON COLUMN core.stories.first_at IS 'earliest published_at, else first_seen_at';
COMMENT ON COLUMN core.stories.last_at IS 'latest of the same';
COMMENT ON COLUMN core.stories.articles IS 'articles in it';
COMMENT ON COLUMN core.stories.publishers IS 'different publishers in it';

CREATE TABLE core.story_members (
    story_id VARCHAR,
    article_id VARCHAR PRIMARY KEY,
    duplicate_of VARCHAR,
    kind VARCHAR,
    score DOUBLE,
    why VARCHAR
);
COMMENT ON TABLE core.story_members IS 'Why an article is in its story. Grain: article.';
COMMENT ON COLUMN core.story_members.story_id IS 'story';
COMMENT ON COLUMN core.story_members.article_id IS 'article';
COMMENT ON COLUMN core.story_members.duplicate_of IS 'the article it was matched with; NULL for the first';
COMMENT ON COLUMN core.story_members.kind IS 'exact, near, truncated, rewrite or same_story; NULL for the first';
COMMENT ON COLUMN core.story_members.score IS '0 to 1, how sure the match is';
COMMENT ON COLUMN core.story_members.why IS 'in words';

CREATE TABLE core.lineage (
    article_id VARCHAR,
    origin_article_id VARCHAR,
    kind VARCHAR,
    confidence DOUBLE,
    hours DOUBLE
);
COMMENT ON TABLE core.lineage IS 'Who rewrote whom. Grain: article and origin.';
COMMENT ON COLUMN core.lineage.article_id IS 'the later article';
COMMENT ON COLUMN core.lineage.origin_article_id IS 'the earlier one';
COMMENT ON COLUMN core.lineage.kind IS 'exact, near, truncated or rewrite';
COMMENT ON COLUMN core.lineage.confidence IS '0 to 1';
COMMENT ON COLUMN core.lineage.hours IS 'hours between them';

CREATE TABLE core.runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    exit_code INTEGER,
    ledger JSON
);
COMMENT ON TABLE core.runs IS 'Runs. Grain: run.';
COMMENT ON COLUMN core.runs.run_id IS 'sorts by time';
COMMENT ON COLUMN core.runs.started_at IS 'time of the run';
COMMENT ON COLUMN core.runs.finished_at IS 'NULL: still running, or killed';
COMMENT ON COLUMN core.runs.exit_code IS '0 ok, 4 partial, 5 everything failed';
COMMENT ON COLUMN core.runs.ledger IS 'per stage: in, passed, dropped, quarantined, reasons';

CREATE TABLE core.outcomes (
    run_id VARCHAR,
    stage VARCHAR,
    outcome VARCHAR,
    reason VARCHAR,
    count BIGINT
);
COMMENT ON TABLE core.outcomes IS 'The ledger of every run as rows. Grain: run, stage, outcome, reason.';
COMMENT ON COLUMN core.outcomes.run_id IS 'run';
COMMENT ON COLUMN core.outcomes.stage IS 'poll, parse, seen, gate, fetch, extract, relevance, duplicates, tag or load';
COMMENT ON COLUMN core.outcomes.outcome IS 'passed, dropped or quarantined';
COMMENT ON COLUMN core.outcomes.reason IS 'of the dropped; empty otherwise';
COMMENT ON COLUMN core.outcomes.count IS 'records';

CREATE TABLE core.quarantine (
    run_id VARCHAR,
    stage VARCHAR,
    subject VARCHAR,
    traceback VARCHAR,
    page_id VARCHAR
);
COMMENT ON TABLE core.quarantine IS 'Records that met a surprise. Grain: run, stage, subject.';
COMMENT ON COLUMN core.quarantine.run_id IS 'run';
COMMENT ON COLUMN core.quarantine.stage IS 'where';
COMMENT ON COLUMN core.quarantine.subject IS 'feed, entry or article id';
COMMENT ON COLUMN core.quarantine.traceback IS 'whole';
COMMENT ON COLUMN core.quarantine.page_id IS 'page kept for reprocessing; NULL when it never came';

CREATE TABLE trends.calendar (
    day_on DATE PRIMARY KEY,
    is_complete BOOLEAN
);
COMMENT ON TABLE trends.calendar IS 'Every day of the data, without gaps. Grain: day.';
COMMENT ON COLUMN trends.calendar.day_on IS 'UTC day';
COMMENT ON COLUMN trends.calendar.is_complete IS 'false for a day that is not over';

CREATE TABLE trends.daily_total (
    day_on DATE PRIMARY KEY,
    stories INTEGER,
    articles INTEGER,
    entries INTEGER,
    share DOUBLE,
    is_complete BOOLEAN
);
COMMENT ON TABLE trends.daily_total IS 'All relevant coverage per day, zero-filled. Grain: day.';
COMMENT ON COLUMN trends.daily_total.day_on IS 'UTC day';
COMMENT ON COLUMN trends.daily_total.stories IS 'distinct stories that began on this day';
COMMENT ON COLUMN trends.daily_total.articles IS 'relevant articles published on this day';
COMMENT ON COLUMN trends.daily_total.entries IS 'all entries published on this day by the same feeds: the denominator';
COMMENT ON COLUMN trends.daily_total.share IS 'articles ÷ entries, 0 to 1; 0 when no entry was published';
COMMENT ON COLUMN trends.daily_total.is_complete IS 'false for a day that is not over';

CREATE TABLE trends.daily_topic (
    day_on DATE,
    topic VARCHAR,
    stories INTEGER,
    articles INTEGER,
    share DOUBLE,
    is_complete BOOLEAN
);
COMMENT ON TABLE trends.daily_topic IS 'Coverage per day and topic, zero-filled. Grain: day and topic.';
COMMENT ON COLUMN trends.daily_topic.day_on IS 'UTC day';
COMMENT ON COLUMN trends.daily_topic.topic IS 'topic id';
COMMENT ON COLUMN trends.daily_topic.stories IS 'distinct stories with this topic that began on this day';
COMMENT ON COLUMN trends.daily_topic.articles IS 'articles with this topic published on this day';
COMMENT ON COLUMN trends.daily_topic.share IS 'articles ÷ all entries of the day, 0 to 1';
COMMENT ON COLUMN trends.daily_topic.is_complete IS 'false for a day that is not over';

CREATE TABLE trends.daily_entity (
    day_on DATE,
    entity_id VARCHAR,
    stories INTEGER,
    articles INTEGER,
    share DOUBLE,
    is_complete BOOLEAN
);
COMMENT ON TABLE trends.daily_entity IS 'Coverage per day and entity, zero-filled for entities ever named. Grain: day and entity.';
COMMENT ON COLUMN trends.daily_entity.day_on IS 'UTC day';
COMMENT ON COLUMN trends.daily_entity.entity_id IS 'entity';
COMMENT ON COLUMN trends.daily_entity.stories IS 'distinct stories naming it that began on this day';
COMMENT ON COLUMN trends.daily_entity.articles IS 'articles naming it published on this day';
COMMENT ON COLUMN trends.daily_entity.share IS 'articles ÷ all entries of the day, 0 to 1';
COMMENT ON COLUMN trends.daily_entity.is_complete IS 'false for a day that is not over';

CREATE TABLE trends.daily_source (
    day_on DATE,
    feed_id VARCHAR,
    publisher VARCHAR,
    stories INTEGER,
    articles INTEGER,
    entries INTEGER,
    share DOUBLE,
    is_complete BOOLEAN
);
COMMENT ON TABLE trends.daily_source IS 'Coverage per day and feed, zero-filled. Grain: day and feed.';
COMMENT ON COLUMN trends.daily_source.day_on IS 'UTC day';
COMMENT ON COLUMN trends.daily_source.feed_id IS 'feed';
COMMENT ON COLUMN trends.daily_source.publisher IS 'registrable domain';
COMMENT ON COLUMN trends.daily_source.stories IS 'distinct stories it took part in that began on this day';
COMMENT ON COLUMN trends.daily_source.articles IS 'relevant articles it published on this day';
COMMENT ON COLUMN trends.daily_source.entries IS 'all entries it published on this day';
COMMENT ON COLUMN trends.daily_source.share IS 'articles ÷ entries of this feed, 0 to 1';
COMMENT ON COLUMN trends.daily_source.is_complete IS 'false for a day that is not over';
