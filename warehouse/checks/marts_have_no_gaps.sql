-- Every day of the calendar has a row in the total, for every topic, and for every name and feed that has one at all.
WITH marts AS (
    SELECT 'daily_total' AS mart, '' AS key, day_on FROM trends.daily_total
    UNION ALL
    SELECT 'daily_topic', topic, day_on FROM trends.daily_topic
    UNION ALL
    SELECT 'daily_entity', entity_id, day_on FROM trends.daily_entity
    UNION ALL
    SELECT 'daily_source', feed_id, day_on FROM trends.daily_source
),
wanted AS (
    SELECT DISTINCT mart, key FROM marts
    UNION
    SELECT 'daily_total', ''
    UNION
    SELECT 'daily_topic', topic FROM core.topic_list
)
SELECT w.mart, w.key, c.day_on
FROM wanted AS w
CROSS JOIN trends.calendar AS c
ANTI JOIN marts AS m ON m.mart = w.mart AND m.key = w.key AND m.day_on = c.day_on
ORDER BY w.mart, w.key, c.day_on
