"""What the folder of an entry holds, and what of it may be trusted."""
