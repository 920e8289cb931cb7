"""Files: zone files and what they include, what they were before a change, evidence, and files that are replaced."""
