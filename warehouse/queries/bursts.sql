-- On which days did a topic stand out from its own usual day?
-- unit: distinct stories per day; z = (stories - mean) ÷ sqrt(mean + 1) over the days before
-- caveat: small counts make small z; the day must have at least 3 stories
-- example: sinoscope query bursts --days 60
-- $days: how many days, today included (60)
-- $window: how many earlier days are compared (28)
-- $least_z: how far out a day must stand (2.5)
WITH compared AS (
    SELECT d.topic,
           d.day_on,
           d.stories,
           avg(e.stories) AS usual
    FROM trends.daily_topic AS d
    JOIN trends.daily_topic AS e
        ON e.topic = d.topic AND e.day_on < d.day_on AND e.day_on >= d.day_on - $window::INTEGER
    WHERE d.day_on > (SELECT max(day_on) FROM trends.calendar) - $days::INTEGER
    GROUP BY d.topic, d.day_on, d.stories
)
SELECT topic, day_on, stories, round(usual, 2) AS usual, round((stories - usual) / sqrt(usual + 1), 1) AS z
FROM compared
WHERE stories >= 3 AND (stories - usual) / sqrt(usual + 1) >= $least_z::DOUBLE
ORDER BY day_on DESC, z DESC
