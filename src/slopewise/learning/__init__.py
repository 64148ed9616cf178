"""The learn page: the lesson as one page, its chapters as text, its figures from the engine, its pictures live."""
