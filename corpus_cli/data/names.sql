-- Names as a query looks them up. Compiled from packs, definitions and names.toml; never the truth.
CREATE TABLE about (stamp TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE names (
    id        INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    key       TEXT NOT NULL,                -- the canonical form, folded: unlike id, it never changes
    record    TEXT NOT NULL
);
CREATE INDEX names_by_key ON names (key);
CREATE TABLE forms (
    id    INTEGER PRIMARY KEY,
    first TEXT NOT NULL,                    -- the first of its words
    words TEXT NOT NULL,                    -- folded, blanks between
    name  INTEGER NOT NULL,
    role  INTEGER NOT NULL,                 -- 0 form, 1 short form, 2 adjective
    terms TEXT NOT NULL                     -- the words, = before those in capitals
);
CREATE INDEX forms_by_first ON forms (first);
CREATE INDEX forms_by_name ON forms (name);
CREATE TABLE parts (                        -- the words of a form of more than one
    word TEXT NOT NULL, form INTEGER NOT NULL,
    PRIMARY KEY (word, form)
) WITHOUT ROWID;
