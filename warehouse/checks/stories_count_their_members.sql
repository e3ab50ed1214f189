-- A story's figures are those of its members, its representative is one of them, and no member's story is missing.
SELECT story_id, s.articles, count(m.article_id) AS members, s.publishers, count(DISTINCT a.publisher) AS member_publishers
FROM core.stories AS s
FULL JOIN core.story_members AS m USING (story_id)
LEFT JOIN core.articles AS a USING (article_id)
GROUP BY story_id, s.articles, s.publishers, s.representative_id
HAVING s.articles IS DISTINCT FROM count(m.article_id)
    OR s.publishers IS DISTINCT FROM count(DISTINCT a.publisher)
    OR count(*) FILTER (m.article_id = s.representative_id) <> 1
