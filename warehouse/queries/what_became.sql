-- What became of every entry ever seen?
-- unit: entries
-- caveat: waiting ones are tried again by later runs
-- example: sinoscope query what_became
SELECT outcome, coalesce(reason, '') AS reason, count(*) AS entries
FROM core.entries
GROUP BY outcome, reason
ORDER BY entries DESC
