"""The squared-error cost and its gradient, spelled three ways: loops over rows, vectorized over rows, on moments."""
