"""A process under lock and key for a student's code, and talk with it in plain data."""
