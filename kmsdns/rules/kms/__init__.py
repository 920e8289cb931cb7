"""Rules of KMS (KMS): the client, its host, its licence, and the evidence of its tools."""
