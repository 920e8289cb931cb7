"""What only KMS knows, as pure values: no input or output, no clock, no dice. Nothing here asks for an activation."""
