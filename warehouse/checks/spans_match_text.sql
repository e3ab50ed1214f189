-- Every proof's words stand in the stored text at the place it names.
WITH parts AS (
    SELECT article_id, 'title' AS part, NULL::INTEGER AS section_no, title AS text FROM core.articles
    UNION ALL
    SELECT article_id, 'subtitle', NULL, subtitle FROM core.articles
    UNION ALL
    SELECT article_id, 'heading', section_no, heading FROM core.sections
    UNION ALL
    SELECT article_id, 'text', section_no, text FROM core.sections
)
SELECT e.article_id, e.facet, e.key, e.part, e.section_no, e.start_char, e.words
FROM core.evidence AS e
LEFT JOIN parts AS p
    ON p.article_id = e.article_id AND p.part = e.part AND p.section_no IS NOT DISTINCT FROM e.section_no
WHERE substring(p.text, e.start_char + 1, e.end_char - e.start_char) IS DISTINCT FROM e.words
