-- The record of articles. Every change to an article takes the next number.
CREATE TABLE articles (
    id        TEXT PRIMARY KEY,
    change    INTEGER NOT NULL UNIQUE,      -- of the last thing that happened to it
    state     TEXT NOT NULL CHECK (state IN ('live', 'replaced', 'gone', 'removed')),
    successor TEXT,                         -- of a replaced one
    text      BLOB                          -- zlib of UTF-8; NULL unless live
) WITHOUT ROWID;
CREATE TABLE lines (
    article TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE TABLE metadata (
    article TEXT NOT NULL, n INTEGER NOT NULL,
    field TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL,
    PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE TABLE passages (
    article TEXT NOT NULL, n INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,   -- code points of the article's text
    first INTEGER NOT NULL, last INTEGER NOT NULL,  -- lines
    heading TEXT NOT NULL,
    PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE TABLE definitions (                  -- abbreviations the article explains
    id      INTEGER PRIMARY KEY AUTOINCREMENT,      -- never used again: tells what changed
    article TEXT NOT NULL, line INTEGER NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL,
    UNIQUE (article, line, short, long)
);
CREATE TABLE sources (
    path    BLOB NOT NULL,                  -- bytes of the file system
    record  TEXT NOT NULL,                  -- which record of the file; '' for all of it
    article TEXT NOT NULL,
    size    INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
    reading INTEGER NOT NULL,               -- version of the readers that read it
    PRIMARY KEY (path, record)
) WITHOUT ROWID;
CREATE INDEX sources_by_article ON sources (article);
CREATE TABLE quarantine (path BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
