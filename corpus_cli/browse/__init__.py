"""A full-screen app in which one searches and reads."""
