-- Which records met a surprise and still wait for a fix, and where?
-- unit: records
-- caveat: the page is kept; after a fix `sinoscope reprocess --quarantine` reads it again
-- example: sinoscope query quarantine --all no
-- $all: yes also shows those that went well since (no)
SELECT q.run_id, q.stage, q.subject, e.title, split_part(trim(q.traceback, E'\n'), E'\n', -1) AS error
FROM core.quarantine AS q
LEFT JOIN core.entries AS e ON e.entry_id = q.subject
LEFT JOIN core.runs AS r ON r.run_id = q.run_id
WHERE $all::VARCHAR = 'yes'
   OR e.outcome = 'quarantined'
   OR r.started_at >= (SELECT max(a.loaded_at) FROM core.articles AS a WHERE a.entry_id = q.subject)
   OR (e.entry_id IS NULL AND q.run_id >= (SELECT max(p.run_id) FROM core.polls AS p WHERE p.feed_id = q.subject))
ORDER BY q.run_id DESC, q.stage, q.subject
