-- Which articles were judged not relevant, but nearly so?
-- unit: score, 0 to 1
-- caveat: the threshold is in relevance.yaml; read these before moving it
-- example: sinoscope query near_misses --days 28 --limit 20
-- $days: how many days, today included (28)
-- $limit: how many rows (20)
SELECT round(score, 2) AS score, reason, title, publisher, url
FROM core.articles
WHERE grade = 'not' AND coalesce(published_at, first_seen_at) >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
ORDER BY core.articles.score DESC, url
LIMIT $limit::INTEGER
