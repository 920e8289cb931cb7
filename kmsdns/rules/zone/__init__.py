"""Rules of zone files: their text (ZF), names (ZN), RRsets (RR), apex and delegation (ZD), the house's own (POL)."""
