"""Files that survive a power cut, and child processes."""
