-- A story's figures are those of its members, and its representative is one of them.
SELECT s.story_id, s.articles, count(m.article_id) AS members
FROM core.stories AS s
LEFT JOIN core.story_members AS m USING (story_id)
GROUP BY s.story_id, s.articles, s.representative_id
HAVING s.articles <> count(m.article_id) OR count(*) FILTER (m.article_id = s.representative_id) <> 1
