-- Which names stand together in the same stories?
-- unit: distinct stories that name both
-- caveat: together in a story is not a relation
-- example: sinoscope query co_mentions --days 28 --limit 20
-- $days: how many days, today included (28)
-- $limit: how many pairs (20)
WITH named AS (
    SELECT DISTINCT a.story_id, m.entity_id
    FROM core.mentions AS m
    JOIN core.articles AS a USING (article_id)
    JOIN core.stories AS s USING (story_id)
    WHERE s.first_at >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
)
SELECT e.name AS one, f.name AS other, count(*) AS stories
FROM named AS a
JOIN named AS b ON a.story_id = b.story_id AND a.entity_id < b.entity_id
JOIN core.entities AS e ON e.entity_id = a.entity_id
JOIN core.entities AS f ON f.entity_id = b.entity_id
GROUP BY one, other
ORDER BY stories DESC, one, other
LIMIT $limit::INTEGER
