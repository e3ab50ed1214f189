-- Refills the daily marts: zero-filled from the first day of the data to today, so that a missing day is a zero and
-- never a gap that a chart draws a line across. A share is at most 1: one digest may give ten articles, and a page may
-- tell another day than its feed did. Entries too old to be fetched at a feed's first poll are no news day: their pages were
-- never looked at, and a zero there would be an invented one.
-- $today: the UTC day that is not over
-- $first: no day before this one; items dated earlier are kept in core, not in trends
DELETE FROM trends.calendar;
DELETE FROM trends.daily_total;
DELETE FROM trends.daily_topic;
DELETE FROM trends.daily_entity;
DELETE FROM trends.daily_source;

INSERT INTO trends.calendar
SELECT day::DATE AS day_on, day::DATE < $today::DATE AS is_complete
FROM generate_series(
    (
        SELECT greatest(
            $first::DATE,
            coalesce(min(least(coalesce(published_at, first_seen_at), first_seen_at))::DATE, $today::DATE)
        )
        FROM core.entries
        WHERE reason IS DISTINCT FROM 'old'
    )::TIMESTAMP,
    $today::TIMESTAMP,
    INTERVAL 1 DAY
) AS days (day);

CREATE OR REPLACE TEMP TABLE entry_days AS
SELECT feed_id, coalesce(published_at, first_seen_at)::DATE AS day_on, count(*) AS entries
FROM core.entries
WHERE reason IS DISTINCT FROM 'old'
GROUP BY feed_id, day_on;

CREATE OR REPLACE TEMP TABLE article_days AS
SELECT a.article_id,
       a.feed_id,
       a.story_id,
       coalesce(a.published_at, a.first_seen_at)::DATE AS day_on,
       s.first_at::DATE AS story_day_on
FROM core.articles AS a
JOIN core.stories AS s USING (story_id)
WHERE a.grade IN ('core', 'secondary');

INSERT INTO trends.daily_total
WITH stories AS (
    SELECT story_day_on AS day_on, count(DISTINCT story_id) AS stories FROM article_days GROUP BY story_day_on
),
articles AS (
    SELECT day_on, count(*) AS articles FROM article_days GROUP BY day_on
),
entries AS (
    SELECT day_on, sum(entries) AS entries FROM entry_days GROUP BY day_on
)
SELECT day_on,
       coalesce(stories, 0),
       coalesce(articles, 0),
       coalesce(entries, 0),
       least(coalesce(articles / nullif(entries, 0), 0), 1),
       is_complete
FROM trends.calendar
LEFT JOIN stories USING (day_on)
LEFT JOIN articles USING (day_on)
LEFT JOIN entries USING (day_on);

INSERT INTO trends.daily_topic
WITH tagged AS (
    SELECT t.topic, d.* FROM article_days AS d JOIN core.topics AS t USING (article_id) WHERE t.section_no IS NULL
),
stories AS (
    SELECT topic, story_day_on AS day_on, count(DISTINCT story_id) AS stories FROM tagged GROUP BY ALL
),
articles AS (
    SELECT topic, day_on, count(DISTINCT article_id) AS articles FROM tagged GROUP BY ALL
)
SELECT c.day_on,
       l.topic,
       coalesce(s.stories, 0),
       coalesce(a.articles, 0),
       least(coalesce(a.articles / nullif(t.entries, 0), 0), 1),
       c.is_complete
FROM trends.calendar AS c
CROSS JOIN core.topic_list AS l
JOIN trends.daily_total AS t USING (day_on)
LEFT JOIN stories AS s ON s.day_on = c.day_on AND s.topic = l.topic
LEFT JOIN articles AS a ON a.day_on = c.day_on AND a.topic = l.topic;

INSERT INTO trends.daily_entity
WITH named AS (
    SELECT m.entity_id, d.* FROM article_days AS d JOIN core.mentions AS m USING (article_id)
),
stories AS (
    SELECT entity_id, story_day_on AS day_on, count(DISTINCT story_id) AS stories FROM named GROUP BY ALL
),
articles AS (
    SELECT entity_id, day_on, count(DISTINCT article_id) AS articles FROM named GROUP BY ALL
)
SELECT c.day_on,
       e.entity_id,
       coalesce(s.stories, 0),
       coalesce(a.articles, 0),
       least(coalesce(a.articles / nullif(t.entries, 0), 0), 1),
       c.is_complete
FROM trends.calendar AS c
CROSS JOIN (SELECT DISTINCT entity_id FROM named) AS e
JOIN trends.daily_total AS t USING (day_on)
LEFT JOIN stories AS s ON s.day_on = c.day_on AND s.entity_id = e.entity_id
LEFT JOIN articles AS a ON a.day_on = c.day_on AND a.entity_id = e.entity_id;

INSERT INTO trends.daily_source
WITH stories AS (
    SELECT feed_id, story_day_on AS day_on, count(DISTINCT story_id) AS stories FROM article_days GROUP BY ALL
),
articles AS (
    SELECT feed_id, day_on, count(*) AS articles FROM article_days GROUP BY ALL
)
SELECT c.day_on,
       f.feed_id,
       f.publisher,
       coalesce(s.stories, 0),
       coalesce(a.articles, 0),
       coalesce(e.entries, 0),
       least(coalesce(a.articles / nullif(e.entries, 0), 0), 1),
       c.is_complete
FROM trends.calendar AS c
CROSS JOIN core.feeds AS f
LEFT JOIN stories AS s ON s.day_on = c.day_on AND s.feed_id = f.feed_id
LEFT JOIN articles AS a ON a.day_on = c.day_on AND a.feed_id = f.feed_id
LEFT JOIN entry_days AS e ON e.day_on = c.day_on AND e.feed_id = f.feed_id
WHERE f.enabled OR f.feed_id IN (SELECT feed_id FROM entry_days);

DROP TABLE entry_days;
DROP TABLE article_days;
