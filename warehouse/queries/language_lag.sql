-- Of stories told in both languages, which was first, and by how many hours?
-- unit: hours between the first report in each language; distinct stories
-- caveat: only stories that were linked across languages; few of them are; two days without a clock time are the same
-- example: sinoscope query language_lag --days 90
-- $days: how many days, today included (90)
WITH firsts AS (
    SELECT a.story_id, a.language, min(coalesce(a.published_at, a.first_seen_at)) AS first_at
    FROM core.articles AS a
    WHERE a.story_id IS NOT NULL AND a.language IN ('en', 'zh')
    GROUP BY a.story_id, a.language
),
both_languages AS (
    SELECT story_id, min(first_at) FILTER (language = 'zh') AS zh_at, min(first_at) FILTER (language = 'en') AS en_at
    FROM firsts
    GROUP BY story_id
    HAVING count(*) = 2
)
SELECT CASE WHEN zh_at < en_at THEN 'zh' WHEN en_at < zh_at THEN 'en' ELSE 'same' END AS first_language,
       count(*) AS stories,
       round(median(abs(epoch(zh_at - en_at)) / 3600), 1) AS median_hours
FROM both_languages
WHERE least(zh_at, en_at) >= (SELECT max(day_on) + 1 FROM trends.calendar) - $days::INTEGER
GROUP BY first_language
ORDER BY stories DESC
