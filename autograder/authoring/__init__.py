"""What an author of exercises needs: stubs, notebooks, tests of the checks, homework copies."""
