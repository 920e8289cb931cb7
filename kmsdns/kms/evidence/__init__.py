"""Evidence: what a client's own tools print, read into facts. One parser a tool; the kind is told by the content.

facts = read(octets, "dstatus.txt")     # never raises: what can't be read is in facts.unread
"""
