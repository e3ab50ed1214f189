-- What an article was matched with is in the same story: who left it is nobody's origin any more.
SELECT m.article_id, m.story_id, m.duplicate_of, o.story_id AS origin_story_id
FROM core.story_members AS m
LEFT JOIN core.story_members AS o ON o.article_id = m.duplicate_of
WHERE m.duplicate_of IS NOT NULL AND o.story_id IS DISTINCT FROM m.story_id
