"""All benchmarks, one table after the other: python -m benchmarks"""

from __future__ import annotations

from benchmarks import check, decode, lookup, ordering, server, validate

if __name__ == "__main__":
    for number, benchmark in enumerate((lookup, ordering, decode, validate, server, check)):
        print("\n" if number else "", end="")
        benchmark.main()
