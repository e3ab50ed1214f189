-- Which topics are above or below their usual week?
-- unit: distinct stories per 7 days; usual = median of the earlier weeks
-- caveat: with fewer than 4 earlier weeks `usual` says little; compares whole days up to yesterday
-- example: sinoscope query week_vs_usual --weeks 8
-- $weeks: how many earlier weeks make the usual one (8)
WITH complete AS (
    SELECT topic, day_on, stories, (SELECT max(day_on) FROM trends.calendar WHERE is_complete) - day_on AS age
    FROM trends.daily_topic
    WHERE is_complete
),
weekly AS (
    SELECT topic, age // 7 AS weeks_ago, sum(stories) AS stories, count(*) AS days
    FROM complete
    WHERE age // 7 <= $weeks::INTEGER
    GROUP BY topic, weeks_ago
),
earlier AS (
    SELECT topic, median(stories) AS usual, min(stories) AS least, max(stories) AS most, count(*) AS weeks
    FROM weekly
    WHERE weeks_ago > 0 AND days = 7
    GROUP BY topic
)
SELECT w.topic,
       w.stories AS this_week,
       e.usual,
       round(w.stories / nullif(e.usual, 0), 1) AS times_usual,
       CASE
           WHEN coalesce(e.weeks, 0) < 4 THEN 'too little history'
           WHEN w.stories > e.most AND abs(w.stories - e.usual) >= 2 * sqrt(greatest(e.usual, 1)) THEN 'clearly above'
           WHEN w.stories < e.least AND abs(w.stories - e.usual) >= 2 * sqrt(greatest(e.usual, 1)) THEN 'clearly below'
           ELSE 'as usual'
       END AS verdict
FROM weekly AS w
LEFT JOIN earlier AS e USING (topic)
WHERE w.weeks_ago = 0
ORDER BY (w.stories - coalesce(e.usual, 0)) / sqrt(greatest(coalesce(e.usual, 0), 1)) DESC, w.topic
