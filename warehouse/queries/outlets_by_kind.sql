-- How do kinds of outlets differ in what they cover?
-- unit: distinct stories; share of the kind's stories, 0 to 1
-- caveat: source_kind is a description in feeds.yaml, open to dispute; small kinds jump
-- example: sinoscope query outlets_by_kind --days 28
-- $days: how many days, today included (28)
WITH told AS (
    SELECT DISTINCT f.source_kind, a.story_id, t.topic
    FROM core.articles AS a
    JOIN core.feeds AS f USING (feed_id)
    JOIN core.stories AS s USING (story_id)
    JOIN core.topics AS t USING (article_id)
    WHERE t.section_no IS NULL AND s.first_at >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
),
sizes AS (
    SELECT source_kind, count(DISTINCT story_id) AS all_stories FROM told GROUP BY source_kind
)
SELECT source_kind, topic, count(*) AS stories, all_stories, round(count(*) / all_stories, 3) AS share
FROM told
JOIN sizes USING (source_kind)
GROUP BY source_kind, topic, all_stories
ORDER BY source_kind, stories DESC, topic
