"""Side by side against peers, run by `make bench`, never by the tests. Each module writes down what it compares with."""
