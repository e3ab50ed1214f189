-- Every entry has an outcome, and a dropped one says why.
SELECT entry_id, outcome, reason
FROM core.entries
WHERE outcome NOT IN ('loaded', 'dropped', 'waiting', 'quarantined') OR outcome IS NULL OR (outcome = 'dropped' AND reason IS NULL)
