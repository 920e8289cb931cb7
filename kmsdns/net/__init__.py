"""Everything that touches a socket, a file or the clock on the way: the only input and output of the library."""
