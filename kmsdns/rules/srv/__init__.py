"""Rules of service records, SRV1xx to SRV4xx: owners, fields, targets, and what the records of one name do together."""
