-- Every topic, entity, source, place and framing word that was tagged has the words that show it.
WITH tags AS (
    SELECT article_id, 'topic' AS facet, topic AS key FROM core.topics
    UNION
    SELECT article_id, 'entity', entity_id FROM core.mentions
    UNION
    SELECT article_id, 'attribution', source_id FROM core.attributions
    UNION
    SELECT article_id, 'place', place_id FROM core.places
    UNION
    SELECT article_id, 'cue', cue FROM core.cues
    UNION
    SELECT article_id, 'year', CAST(year AS VARCHAR) FROM core.years
)
SELECT t.*
FROM tags AS t
ANTI JOIN core.evidence AS e USING (article_id, facet, key)
