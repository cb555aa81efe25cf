"""What the nearest points tell: precision, recall, coverage, memorization."""
