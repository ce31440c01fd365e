"""How well judged queries are answered."""
