"""What build pipelines read: test reports, code scanning and annotations. common is what they share."""
