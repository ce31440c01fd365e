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
CREATE TABLE annotations (                  -- notes and tags of a person on articles and passages
    id      INTEGER PRIMARY KEY,
    article TEXT NOT NULL,                  -- that it was written on
    passage INTEGER,                        -- of that article then; NULL for the whole article
    quote   TEXT NOT NULL,                  -- the text of the passage then; '' for the whole article
    title   TEXT NOT NULL,                  -- of the article then
    note    TEXT NOT NULL,                  -- '' if there are only tags
    changed TEXT NOT NULL,                  -- date and time, UTC
    now_article TEXT NOT NULL,              -- where it is now; passage NULL if that is not there
    now_passage INTEGER,
    placed  INTEGER NOT NULL                -- the last change of an article when that was found out
);
CREATE INDEX annotations_by_article ON annotations (now_article);
CREATE TABLE annotation_tags (
    annotation INTEGER NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (annotation, tag)
) WITHOUT ROWID;
