-- Who reported a story first, and how long did the others take?
-- unit: hours after the first report; stories told by at least two publishers
-- caveat: only publishers in our feeds are seen; a day without a clock time counts as midnight
-- example: sinoscope query first_mover --topic distillation-ip --days 28
-- $topic: topic id, or all (all)
-- $days: how many days, today included (28)
WITH told AS (
    SELECT a.story_id,
           a.publisher,
           a.language,
           a.title,
           coalesce(a.published_at, a.first_seen_at) AS moment,
           row_number() OVER (PARTITION BY a.story_id ORDER BY coalesce(a.published_at, a.first_seen_at), a.article_id) AS place
    FROM core.articles AS a
    JOIN core.stories AS s USING (story_id)
    WHERE s.publishers > 1
      AND s.first_at >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
      AND (
          $topic::VARCHAR = 'all'
          OR a.story_id IN (
              SELECT b.story_id
              FROM core.topics AS t
              JOIN core.articles AS b USING (article_id)
              WHERE t.topic = $topic::VARCHAR AND t.section_no IS NULL
          )
      )
)
SELECT story_id,
       min(title) FILTER (place = 1) AS first_title,
       min(publisher) FILTER (place = 1) AS first_publisher,
       min(moment) AS first_at,
       count(*) - 1 AS later_articles,
       count(DISTINCT publisher) AS publishers,
       round(epoch(median(moment) FILTER (place > 1) - min(moment)) / 3600, 1) AS median_hours_later
FROM told
GROUP BY story_id
ORDER BY publishers DESC, first_at DESC
