"""The words of the field as pure values: no input or output, no clock, no dice of its own."""
