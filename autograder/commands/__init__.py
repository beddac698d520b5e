"""The command `autograder`: each file reads one command's options, calls the other rooms, and prints."""
