"""Write durable files, and run child processes."""
