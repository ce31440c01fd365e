"""Names: groups of written forms that mean one entity."""
