"""The default engine; the only home of whoosh."""
