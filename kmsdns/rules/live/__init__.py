"""Rules of live answers (LIV) and of probes (NET): what servers said, whether they agree, and who can be reached."""
