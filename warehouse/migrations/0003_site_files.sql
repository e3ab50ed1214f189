-- What sites say to robots, kept for a day, and when a page of a site with a Crawl-delay was last asked for.

CREATE TABLE raw.site_files (
    site VARCHAR PRIMARY KEY,
    read_at TIMESTAMPTZ,
    status INTEGER,
    robots BLOB,
    tdmrep BLOB,
    asked_at TIMESTAMPTZ
);
COMMENT ON TABLE raw.site_files IS 'robots.txt and TDM reservation file of each site as last read. Grain: site.';
COMMENT ON COLUMN raw.site_files.site IS 'scheme, host and port';
COMMENT ON COLUMN raw.site_files.read_at IS 'run that read them; good for a day';
COMMENT ON COLUMN raw.site_files.status IS 'HTTP status of robots.txt';
COMMENT ON COLUMN raw.site_files.robots IS 'robots.txt, at most 500 KiB';
COMMENT ON COLUMN raw.site_files.tdmrep IS '/.well-known/tdmrep.json; empty when there is none';
COMMENT ON COLUMN raw.site_files.asked_at IS 'latest request for a page, where there is a Crawl-delay';
