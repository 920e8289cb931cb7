"""Rules: a case goes in, findings come out. They don't know whether a zone file, a server or a tape gave the case."""
