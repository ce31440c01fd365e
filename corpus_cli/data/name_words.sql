-- How names are spelt: words with a capital within sentences. Part of the store.
CREATE TABLE name_words (
    n        INTEGER PRIMARY KEY,           -- from a digest of the id of an article
    runs     TEXT NOT NULL,                 -- its words, as text/name_runs.py writes them
    previous TEXT                           -- those that were counted; NULL if they are the same
);
CREATE INDEX name_words_changed ON name_words (n) WHERE previous IS NOT NULL;
CREATE TABLE name_word_articles (
    word TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (word, n)
) WITHOUT ROWID;
CREATE TABLE spelling_keys (                -- what spellings of one name share
    key TEXT NOT NULL, word TEXT NOT NULL,
    PRIMARY KEY (key, word)
) WITHOUT ROWID;
CREATE TABLE spelling_pairs (               -- words that are probably one name, each way round
    word TEXT NOT NULL, other TEXT NOT NULL,
    score REAL NOT NULL, is_certain INTEGER NOT NULL,
    cost REAL NOT NULL, company REAL NOT NULL, companions TEXT NOT NULL,
    PRIMARY KEY (word, other)
) WITHOUT ROWID;
