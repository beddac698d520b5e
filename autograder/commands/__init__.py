"""The command `autograder`: a file reads the options of a command, calls one function and prints."""
