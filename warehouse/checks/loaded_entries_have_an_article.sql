-- An entry that counts as loaded has a relevant article.
SELECT e.entry_id, e.title
FROM core.entries AS e
LEFT JOIN core.articles AS a ON a.entry_id = e.entry_id AND a.grade <> 'not'
WHERE e.outcome = 'loaded' AND a.article_id IS NULL
