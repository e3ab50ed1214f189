-- Which records met a surprise, and where?
-- unit: records
-- caveat: the page is kept; after a fix `sinoscope reprocess --quarantine` reads it again
-- example: sinoscope query quarantine
SELECT q.run_id, q.stage, q.subject, e.title, split_part(trim(q.traceback, E'\n'), E'\n', -1) AS error
FROM core.quarantine AS q
LEFT JOIN core.entries AS e ON e.entry_id = q.subject
ORDER BY q.run_id DESC, q.stage, q.subject
