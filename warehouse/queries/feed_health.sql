-- Which feeds are ill, since when, and why?
-- unit: failed polls in a row
-- caveat: the latest poll counts; a silent feed answers well and brings nothing
-- example: sinoscope query feed_health
SELECT feed_id, state, cause, failures, failing_since_at, polled_at, next_poll_at, last_new_at
FROM core.feeds
WHERE enabled
ORDER BY failures DESC, last_new_at NULLS FIRST, feed_id
