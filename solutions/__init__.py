"""Reference solutions of Follow the Slope: one module per chapter, on NumPy, CuPy or any array-API library."""
