"""What an author of exercises needs: stubs, notebooks, the proof of the checks, homework copies."""
