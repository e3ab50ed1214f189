-- Core and secondary articles are in exactly one story, others in none; a digest's items are, the digest is not.
SELECT a.article_id, a.grade, a.story_id
FROM core.articles AS a
LEFT JOIN core.story_members AS m USING (article_id)
WHERE (a.grade IN ('core', 'secondary') AND a.reason <> 'digest') <> (m.story_id IS NOT NULL)
   OR m.story_id IS DISTINCT FROM a.story_id
