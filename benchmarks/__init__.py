"""Side by side against peers, run by `make bench`, never by the tests. Each module says what it compares with."""
