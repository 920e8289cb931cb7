"""KMS: what only Microsoft's Key Management Service knows: its codes, its licences. Pure: no I/O, no clock, no dice."""
