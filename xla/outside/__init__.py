"""What leaves the process: one small adapter each."""
