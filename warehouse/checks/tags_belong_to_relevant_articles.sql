-- Articles judged not relevant have no tags.
SELECT t.article_id, t.topic
FROM core.topics AS t
LEFT JOIN core.articles AS a USING (article_id)
WHERE a.grade IS DISTINCT FROM 'core' AND a.grade IS DISTINCT FROM 'secondary'
