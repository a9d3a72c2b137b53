project = "demo"
extensions = ["sphinx.ext.autodoc"]
