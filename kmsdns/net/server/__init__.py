"""What answers: the bundled server over UDP and TCP, from the octets of a query to those of the answer.

What the answer is says zone.authority; what goes wrong on purpose is in faults.
"""
