"""What could make cohorts look better than they are, one audit a module."""
