"""Write files that survive a power cut, and run child processes."""
