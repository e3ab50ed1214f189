-- How many articles were folded, and as what?
-- unit: articles
-- caveat: first reports have no kind
-- example: sinoscope query duplicates_by_kind --days 90
-- $days: how many days, today included (90)
SELECT coalesce(m.kind, 'first report') AS kind, count(*) AS articles, round(avg(m.score), 2) AS mean_score
FROM core.story_members AS m
JOIN core.articles AS a USING (article_id)
WHERE coalesce(a.published_at, a.first_seen_at) >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
GROUP BY kind
ORDER BY articles DESC
