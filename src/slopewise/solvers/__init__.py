"""One method a file, under its textbook name; all of them read moments."""
