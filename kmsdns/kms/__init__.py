"""What only KMS knows: how its clients are set up and choose a host, what their tools print, their codes and licences.

Pure. It describes how genuine clients and hosts use the DNS; nothing here emulates a host, activates, or reads a key.
"""

PORT = 1688
"""The port of a KMS host where none is said (docs/kms.md 1.6)."""
