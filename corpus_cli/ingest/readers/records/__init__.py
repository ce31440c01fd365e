"""Read records of JSON and tables, and front matter."""
