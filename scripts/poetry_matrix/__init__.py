"""What scripts/poetry-matrix is made of."""
