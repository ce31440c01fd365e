"""Mail, and pages kept as mail is."""
