"""Word vectors in the file formats of the original word2vec."""
