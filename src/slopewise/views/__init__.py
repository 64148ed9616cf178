"""Text and pictures: a view reads a record or a state and shows it; it changes nothing."""
