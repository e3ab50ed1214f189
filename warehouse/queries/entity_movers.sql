-- Which names are in the news more, or less, than in a usual week?
-- unit: distinct stories per 7 days; usual = median of the earlier weeks
-- caveat: a name counts when it is printed, main or passing; with fewer than 4 whole earlier weeks `usual` says little
-- example: sinoscope query entity_movers --limit 20
-- $weeks: how many earlier weeks make the usual one (8)
-- $limit: how many rows (20)
WITH weekly AS (
    SELECT entity_id,
           ((SELECT max(day_on) FROM trends.calendar WHERE is_complete) - day_on) // 7 AS weeks_ago,
           sum(stories) AS stories,
           count(*) AS days
    FROM trends.daily_entity
    WHERE is_complete
    GROUP BY entity_id, weeks_ago
),
compared AS (
    SELECT entity_id,
           coalesce(sum(stories) FILTER (weeks_ago = 0), 0) AS this_week,
           coalesce(median(stories) FILTER (weeks_ago BETWEEN 1 AND $weeks::INTEGER AND days = 7), 0) AS usual,
           count(*) FILTER (weeks_ago BETWEEN 1 AND $weeks::INTEGER AND days = 7) AS earlier_weeks
    FROM weekly
    GROUP BY entity_id
)
SELECT e.name, e.name_zh, e.type, c.this_week, c.usual, c.this_week - c.usual AS change, c.earlier_weeks
FROM compared AS c
JOIN core.entities AS e USING (entity_id)
ORDER BY abs(c.this_week - c.usual) DESC, c.this_week DESC, e.name
LIMIT $limit::INTEGER
