-- At every stage of every finished run: in = passed + dropped + quarantined.
WITH stages AS (
    SELECT run_id, unnest(json_keys(ledger)) AS stage, ledger FROM core.runs WHERE ledger IS NOT NULL
),
counts AS (
    SELECT run_id,
           stage,
           (ledger -> stage ->> 'in')::BIGINT AS total_in,
           (ledger -> stage ->> 'passed')::BIGINT AS passed,
           (ledger -> stage ->> 'dropped')::BIGINT AS dropped,
           (ledger -> stage ->> 'quarantined')::BIGINT AS quarantined
    FROM stages
)
SELECT *
FROM counts
WHERE total_in <> passed + dropped + quarantined
