-- How much AI-and-China coverage was there each day, and which share of everything the same feeds published?
-- unit: distinct stories, articles, entries; share 0 to 1
-- caveat: the last day is not over; a failing feed lowers stories and entries alike
-- example: sinoscope query attention --days 28
-- $days: how many days, today included (28)
SELECT day_on, stories, articles, entries, round(share, 4) AS share, is_complete
FROM trends.daily_total
WHERE day_on > (SELECT max(day_on) FROM trends.calendar) - $days::INTEGER
ORDER BY day_on
