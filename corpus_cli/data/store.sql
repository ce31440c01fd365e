-- The record of articles. Every change to an article takes the next number.
CREATE TABLE articles (
    id        TEXT PRIMARY KEY,
    change    INTEGER NOT NULL UNIQUE,      -- of the last thing that happened to it
    state     TEXT NOT NULL CHECK (state IN ('live', 'replaced', 'gone', 'removed')),
    successor TEXT,                         -- of a replaced one
    cluster   TEXT,                         -- an id its near-copies share; NULL without any
    site      TEXT,                         -- what its lines are compared within
    text      BLOB,                         -- zlib of UTF-8; NULL unless live
    lines     BLOB                          -- zlib of JSON: kind, stated kind, page of each, and raw text if repaired
) WITHOUT ROWID;
CREATE INDEX articles_by_cluster ON articles (cluster) WHERE cluster IS NOT NULL;
CREATE INDEX articles_by_site ON articles (site) WHERE site IS NOT NULL;
CREATE TABLE metadata (                     -- what its lines give away
    article TEXT NOT NULL, n INTEGER NOT NULL,
    field TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL, certainty TEXT NOT NULL,
    PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE TABLE passages (
    article TEXT NOT NULL, n INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,   -- code points of the article's text
    first INTEGER NOT NULL, last INTEGER NOT NULL,  -- lines
    page INTEGER NOT NULL,                          -- 0 where there are none
    language TEXT NOT NULL, heading TEXT NOT NULL,
    PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE TABLE definitions (                  -- abbreviations the article explains
    id      INTEGER PRIMARY KEY AUTOINCREMENT,      -- never used again: tells what changed
    article TEXT NOT NULL, line INTEGER NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL,
    UNIQUE (article, line, short, long)
);
-- What is alike: sketches of whole articles, and lines that recur on a site.
CREATE TABLE sketches (article TEXT PRIMARY KEY, hashes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sketched (                     -- the smallest hashes of each sketch
    hash INTEGER NOT NULL, article TEXT NOT NULL,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE TABLE recurring (                    -- short lines, by a hash of them
    site TEXT NOT NULL, line INTEGER NOT NULL, article TEXT NOT NULL,
    PRIMARY KEY (site, line, article)
) WITHOUT ROWID;
CREATE INDEX recurring_by_article ON recurring (article);
CREATE TABLE repeated (                     -- those that are chrome
    site TEXT NOT NULL, line INTEGER NOT NULL,
    PRIMARY KEY (site, line)
) WITHOUT ROWID;
-- Where articles were read.
CREATE TABLE files (
    path    BLOB PRIMARY KEY,               -- bytes of the file system
    size    INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
    reading INTEGER NOT NULL                -- version of the readers that read it
) WITHOUT ROWID;
CREATE TABLE sources (
    path    BLOB NOT NULL,
    record  TEXT NOT NULL,                  -- which record of the file; '' for all of it
    article TEXT NOT NULL,
    PRIMARY KEY (path, record)
) WITHOUT ROWID;
CREATE INDEX sources_by_article ON sources (article);
CREATE TABLE claims (                       -- what a file says of its article beside its lines
    path BLOB NOT NULL, record TEXT NOT NULL, n INTEGER NOT NULL,
    field TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL, certainty TEXT NOT NULL,
    PRIMARY KEY (path, record, n)
) WITHOUT ROWID;
CREATE TABLE corrections (                  -- by hand; they outlive what is read anew
    path BLOB NOT NULL, record TEXT NOT NULL, field TEXT NOT NULL,
    n INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (path, record, field, n)
) WITHOUT ROWID;
CREATE TABLE quarantine (
    path BLOB NOT NULL, record TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (path, record)
) WITHOUT ROWID;
