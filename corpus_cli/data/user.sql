-- What users add to a corpus beside its articles. Part of the store.
CREATE TABLE saved_searches (
    name    TEXT PRIMARY KEY,
    query   TEXT NOT NULL,
    options TEXT NOT NULL,                  -- JSON of those that are not as usual
    added   TEXT NOT NULL                   -- date and time, UTC
) WITHOUT ROWID;
CREATE TABLE consumers (                    -- who looks for new passages of a saved search
    search TEXT NOT NULL,
    consumer TEXT NOT NULL,                 -- '' stands for all: what was there when it was saved
    change INTEGER NOT NULL,                -- the last one of articles that was looked at
    PRIMARY KEY (search, consumer)
) WITHOUT ROWID;
CREATE TABLE seen (                         -- the passages that a consumer has seen
    search TEXT NOT NULL, consumer TEXT NOT NULL, article TEXT NOT NULL,
    sentences BLOB NOT NULL,                -- hashes of their sentences, 8 bytes each
    PRIMARY KEY (search, consumer, article)
) WITHOUT ROWID;
