"""Records of data, and what texts say of themselves."""
