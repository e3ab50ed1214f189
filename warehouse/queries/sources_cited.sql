-- Whom do the articles credit, and with a link or without?
-- unit: credits and articles
-- caveat: only credits in words the rules know are counted; the publisher itself never is
-- example: sinoscope query sources_cited --days 90
-- $days: how many days, today included (90)
SELECT t.source_name,
       t.kind,
       sum(t.count) AS credits,
       count(DISTINCT t.article_id) AS articles,
       round(avg(t.linked::INTEGER), 2) AS linked_share
FROM core.attributions AS t
JOIN core.articles AS a USING (article_id)
WHERE coalesce(a.published_at, a.first_seen_at) >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
GROUP BY t.source_name, t.kind
ORDER BY credits DESC, t.source_name
