"""What asks: the stub resolver, encrypted transports, zone transfers, probes, recordings, this machine's settings."""
