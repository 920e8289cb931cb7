"""What is known of each service: its labels and port, what its clients ask and in which order, and its companions.

How the records of one name are ordered is selection; what only KMS knows is kms.
"""
