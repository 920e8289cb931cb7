"""Everything that touches a socket, a file or the clock on the way: the only input and output of the package.

client asks and probes, server answers and misbehaves; the two share no codec, so that each checks the
other. files reads and writes files. scenario puts both to work.
"""
