"""The index on disk, which Whoosh reads as well."""
