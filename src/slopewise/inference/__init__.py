"""How sure the answer is: covariances, tests and intervals, and the frozen record that views read."""
